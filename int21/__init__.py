"""DOS: files, processes, memory, devices, drives; knows no CPU library and no window."""
