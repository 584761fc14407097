; Writes text and pixels by INT 10h in a graphics mode of VBE: characters, strings, teletype output, and pixels
; that are read and written again elsewhere.
; Assembled once for each: nasm -f bin -DMODE=0x101 -o vbet101.com vbetext.asm

cpu 386
bits 16
org 0x100

start:  mov     ax, 0x4F02
        mov     bx, MODE
        int     0x10
        cmp     ax, 0x004F
        jne     fail
        push    ds
        pop     es
        ; Teletype output: all characters, line after line.
        mov     cx, 26 * 64
        mov     al, ' '
.tty:   mov     bl, cl
        and     bl, 15
        mov     bh, 0
        push    ax
        push    cx
        cmp     al, 7
        je      .next
        cmp     al, 13
        je      .next
        cmp     al, 10
        je      .next
        cmp     al, 8
        je      .next
        cmp     al, 9                   ; DOSBox's BIOS takes it for a tabulator, a PC's does not
        je      .next
        mov     ah, 0x0E
        int     0x10
.next:  pop     cx
        pop     ax
        inc     al
        test    cl, 63
        jnz     .on
        push    ax
        mov     ax, 0x0E0D
        int     0x10
        mov     ax, 0x0E0A
        int     0x10
        pop     ax
.on:    loop    .tty
        ; Characters in colours, each several times.
        mov     dx, 0x0305
        mov     bx, 0x0001
.chars: mov     ah, 2
        int     0x10
        mov     al, bl
        add     al, 'A'
        mov     ah, 9
        mov     cx, 5
        int     0x10
        inc     dh
        inc     bl
        cmp     bl, 20
        jb      .chars
        ; A string.
        mov     ax, 0x1300
        mov     bx, 0x000E
        mov     cx, length
        mov     dx, 0x0130
        mov     bp, string
        int     0x10
        ; Pixels: a slope in all colours, and what stands at the left copied to the right.
        mov     dx, 20
.row:   mov     cx, dx
        add     cx, 200
        mov     al, dl
        and     al, 0x7F
        mov     ah, 0x0C
        mov     bh, 0
        int     0x10
        mov     cx, 8
.copy:  push    cx
        shl     cx, 2
        add     cx, 20
        mov     ah, 0x0D
        int     0x10
        add     cx, 500
        mov     ah, 0x0C
        int     0x10
        pop     cx
        loop    .copy
        inc     dx
        cmp     dx, 400
        jb      .row
        mov     ah, 0x07                ; wait: the picture is looked at from outside
        int     0x21
fail:   mov     ax, 3
        int     0x10
        mov     ax, 0x4C01
        int     0x21

string: db      'A string of 13h', 13, 10, 'in two rows'
length  equ     $ - string
