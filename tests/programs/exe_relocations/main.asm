; An MZ EXE made by hand: two segments, two relocations, a stack, and data behind the image that is not loaded.
bits 16
header: db      'MZ'
        dw      (image_end - header) % 512
        dw      (image_end - header + 511) / 512
        dw      2                       ; relocations
        dw      (code - header) / 16
        dw      32                      ; at least 512 bytes more
        dw      0xFFFF
        dw      (image_end - code + 15) / 16
        dw      512                     ; SS:SP
        dw      0
        dw      start - code, 0         ; IP, CS
        dw      table - header
        dw      0
table:  dw      fix1 + 1 - code, 0
        dw      fix2 - code, 0
        align   16, db 0
code:
start:  mov     bx, ds                  ; DS and ES are the PSP
        mov     ax, es
        cmp     ax, bx
        jne     bad
        mov     ax, cs
        sub     ax, bx
        cmp     ax, 0x10                ; the image follows the PSP
        jne     bad
        mov     ax, ss
        mov     cx, cs
        sub     ax, cx
        cmp     ax, (image_end - code + 15) / 16
        jne     bad
        cmp     sp, 512
        jne     bad
fix1:   mov     ax, (data - code) / 16  ; relocated
        mov     ds, ax
        mov     dx, text - data
        mov     ah, 0x09
        int     0x21
        call    far [cs:pointer - code]
        mov     ax, 0x4C00
        int     0x21
bad:    mov     ax, 0x4C01
        int     0x21
pointer: dw     far_ - data
fix2:   dw      (data - code) / 16      ; relocated
        align   16, db 0
data:
text:   db      'relocated', 13, 10, '$'
far_:   mov     dl, '!'
        mov     ah, 0x02
        int     0x21
        retf
image_end:
        times 700 db 'overlay'
