"""The BIOS in Python: one file for each interrupt, the BIOS data area and the BIOS segment."""
