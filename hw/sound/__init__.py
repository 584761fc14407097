"""What makes samples of what the sound chips were told: needs numpy, loaded when somebody listens."""
