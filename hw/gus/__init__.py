"""The Gravis Ultrasound."""
