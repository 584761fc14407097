"""The VGA: registers and timing (vga), mode tables (modes), fonts, and the pictures they make (text, linear)."""
