"""The PC without its CPU: clock, memory, ports and one file for each chip."""
