; An inner loop of 100 rounds whose constants the outer loop writes into it each time, as texture mappers do.
%include "flat.inc"
        rounds  500000, 2000
        to_flat
        xor     ebp, ebp
        mov     esi, 1
outer: mov     [patched_add + 2], esi
        lea     eax, [esi * 8 + 3]
        mov     [patched_xor + 1], eax
        mov     ecx, 100
        mov     eax, esi
        jmp     inner
        align   16
inner:
patched_add:
        add     ebp, 0x11111111         ; 81 C5 and the constant
patched_xor:
        xor     eax, 0x22222222         ; 35 and the constant
        add     ebp, eax
        dec     ecx
        jnz     inner
        inc     esi
        dec     dword [amount]
        jnz     outer
        from_flat
        finish_with 'patch32', ebp, 0x62B49A80, 0x41DA5340
        routines
        flat_tables
