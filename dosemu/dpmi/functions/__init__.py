"""The functions of INT 31h, by subject."""
