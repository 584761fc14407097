; From real mode to 32-bit protected mode and back, all segments loaded.
%include "flat.inc"
        rounds  3000000, 500
        xor     ebp, ebp
again:  to_flat
        inc     ebp
        from_flat
        dec     dword [amount]
        jnz     again
        finish_with 'switch32', ebp, 3000000, 500
        routines
        flat_tables
