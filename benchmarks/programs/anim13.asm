; A full-screen animation in mode 13h: each pixel computed into a buffer, the buffer copied to the screen: 1,000 frames.
%include "bench.inc"
        rounds  1000, 5
        mov     ax, 0x0013
        int     0x10
        cld
        xor     edx, edx
        mov     ax, cs
        add     ax, 0x1000
        mov     bp, ax
.frame: mov     es, bp
        xor     di, di
        xor     dl, dl
.line:  mov     cx, 320
        mov     al, bl
        add     al, dl
.pixel: mov     ah, cl
        xor     ah, al
        mov     [es:di], ah
        inc     al
        inc     di
        dec     cx
        jnz     .pixel
        inc     dl
        cmp     dl, 200
        jne     .line
        push    ds
        mov     ds, bp
        push    word 0xA000
        pop     es
        xor     si, si
        xor     di, di
        mov     cx, 16000
        rep     movsd
        pop     ds
        dec     ebx
        jnz     .frame
        xor     edx, edx
        xor     si, si
        mov     cx, 16000
.add:   add     edx, [es:si]
        add     si, 4
        loop    .add
        push    edx
        mov     ax, 0x0003
        int     0x10
        pop     edx
        finish  'anim13', edx, 0x200123C0
routines
