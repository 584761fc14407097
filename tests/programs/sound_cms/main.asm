; Finds a Game Blaster by the latch of its logic chip, and plays one second of 1 kHz on both sides.
        org     0x100
BASE    equ     0x220
start:
        mov     dx, BASE + 6
        mov     al, 0xC6
        out     dx, al
        add     dl, 4
        in      al, dx
        cmp     al, 0xC6
        jne     none
        mov     dx, BASE + 4
        in      al, dx
        cmp     al, 0x7F
        jne     none
        mov     dx, found
        mov     ah, 9
        int     0x21
        mov     si, sound
.next:  lodsw
        cmp     al, 0xFF
        je      .playing
        mov     dx, BASE + 1
        out     dx, al
        dec     dx
        mov     al, ah
        out     dx, al
        jmp     .next
.playing:
        mov     ah, 0x86
        mov     cx, 1000000 >> 16
        mov     dx, 1000000 & 0xFFFF
        int     0x15
        mov     dx, BASE + 1
        mov     al, 0x1C
        out     dx, al
        dec     dx
        mov     al, 0
        out     dx, al
        mov     ax, 0x4C00
        int     0x21
none:   mov     ax, 0x4C01
        int     0x21
found   db      "Game Blaster", 13, 10, "$"
; Register, value: reset; voice 0 loudest on both sides; octave 5 and 511 - 447: 7159090 / 512 * 32 / 447 = 1001 Hz.
sound   db      0x1C, 2, 0x00, 0xFF, 0x08, 511 - 447, 0x10, 0x05, 0x14, 0x01, 0x15, 0x00, 0x1C, 0x01, 0xFF
