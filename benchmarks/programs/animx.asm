; A full-screen animation in Mode X: each plane's pixels copied from a buffer to one of two pages in turn, the start
; address set for each frame: 12,000 frames.
%include "bench.inc"
%include "planar.inc"
        rounds  12000, 40
        planes  0x13
        unchain
        cld
        mov     ax, cs
        add     ax, 0x1000
        mov     es, ax
        xor     di, di
        mov     cx, 16000
        mov     al, 1
        rep     stosb
        push    word 0xA000
        pop     es
        mov     bp, ax
        mov     ax, cs
        add     ax, 0x1000
        mov     fs, ax
.frame: mov     ax, 0x0102
        mov     dx, 0x3C4
        push    ds
        push    fs
        pop     ds
.plane: out     dx, ax
        xor     si, si
        xor     di, di
        test    bl, 1
        jz      .first
        mov     di, 16000
.first: mov     cx, 4000
        rep     movsd
        shl     ah, 1
        cmp     ah, 0x10
        jne     .plane
        pop     ds
        mov     dx, 0x3D4
        mov     ax, 0x000C
        test    bl, 1
        jz      .show
        mov     ah, 0x3E
.show:  out     dx, ax
        dec     ebx
        jnz     .frame
        total   'animx', 256
routines
