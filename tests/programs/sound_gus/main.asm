; Finds a Gravis Ultrasound by its memory, as its tool kit does, and plays one second of 1 kHz on voice 0: 64 bytes of
; sine in a loop.
        org     0x100
BASE    equ     0x240
%macro gf1_8 2                          ; register, byte
        mov     al, %1
        mov     ah, %2
        call    set8
%endmacro
%macro gf1_16 2                         ; register, word
        mov     al, %1
        mov     bx, %2
        call    set16
%endmacro
start:
        gf1_8   0x4C, 0                 ; reset
        call    pause
        gf1_8   0x4C, 1
        call    pause
        mov     di, 0
        mov     ah, 0xAA
        call    poke
        mov     di, 1
        mov     ah, 0x55
        call    poke
        mov     di, 0
        call    peek
        cmp     al, 0xAA
        jne     none
        mov     di, 1
        call    peek
        cmp     al, 0x55
        jne     none
        mov     dx, found
        mov     ah, 9
        int     0x21
        fninit                          ; the sine
        mov     di, 0
.point: mov     [number], di
        fild    word [number]
        fldpi
        fmulp
        fidiv   word [half]
        fsin
        fimul   word [loud]
        fistp   word [number]
        mov     ah, [number]
        call    poke
        inc     di
        cmp     di, 65
        jb      .point
        gf1_8   0x0E, 0xCD              ; 14 voices: 44100 Hz
        mov     dx, BASE + 0x102
        mov     al, 0
        out     dx, al
        gf1_8   0x00, 3
        gf1_8   0x0D, 3
        gf1_16  0x01, 743 * 2           ; 743 / 512 * 44100 / 64 = 1000 Hz
        gf1_16  0x02, 0
        gf1_16  0x03, 0
        gf1_16  0x04, 0
        gf1_16  0x05, 64 << 9
        gf1_16  0x0A, 0
        gf1_16  0x0B, 0
        gf1_16  0x09, 0xFFF0
        gf1_8   0x0C, 7
        gf1_8   0x4C, 3
        mov     dx, BASE
        mov     al, 0x09
        out     dx, al
        gf1_8   0x00, 0x08              ; loop, go
        mov     ah, 0x86
        mov     cx, 1000000 >> 16
        mov     dx, 1000000 & 0xFFFF
        int     0x15
        gf1_8   0x00, 3
        mov     ax, 0x4C00
        int     0x21
none:   mov     ax, 0x4C01
        int     0x21

set8:   mov     dx, BASE + 0x103
        out     dx, al
        add     dl, 2
        mov     al, ah
        out     dx, al
        ret
set16:  mov     dx, BASE + 0x103
        out     dx, al
        inc     dx
        mov     ax, bx
        out     dx, ax
        ret
poke:   call    address
        mov     al, ah
        mov     dx, BASE + 0x107
        out     dx, al
        ret
peek:   call    address
        mov     dx, BASE + 0x107
        in      al, dx
        ret
address:
        push    ax
        gf1_16  0x43, di
        gf1_8   0x44, 0
        pop     ax
        ret
pause:  mov     ah, 0x86
        mov     cx, 0
        mov     dx, 1000
        int     0x15
        ret
found   db      "Ultrasound", 13, 10, "$"
half    dw      32
loud    dw      127
number  dw      0
