"""The DPMI host: protected mode for DOS programs, built in (DPMI 0.9, 1.0 where programs use it)."""
