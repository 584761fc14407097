"""The machine's picture at other sizes."""
