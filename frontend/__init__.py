"""Everything a person touches: command line, window, terminal, pictures."""
