; Finds an AdLib by its timers, as the AdLib manual says, and plays one second of a 440 Hz sine on it.
        org     0x100
start:
        mov     bx, 0x6004              ; mask both timers
        call    write
        mov     bx, 0x8004              ; reset their flags
        call    write
        call    status
        push    ax
        mov     bx, 0xFF02              ; timer 1 overflows after 80 us
        call    write
        mov     bx, 0x2104
        call    write
        mov     cx, 130                 ; over 80 us, by the status port as a clock
        mov     dx, 0x388
.wait:  in      al, dx
        loop    .wait
        mov     ah, 0x86                ; and surely by the BIOS
        mov     cx, 0
        mov     dx, 1000
        int     0x15
        call    status
        push    ax
        mov     bx, 0x6004
        call    write
        mov     bx, 0x8004
        call    write
        pop     bx
        pop     ax
        and     ax, 0xE0
        jnz     none
        and     bl, 0xE0
        cmp     bl, 0xC0
        jne     none
        mov     dx, found
        mov     ah, 9
        int     0x21

        mov     si, sound
.next:  lodsw
        mov     bx, ax
        cmp     bx, 0
        je      .playing
        call    write
        jmp     .next
.playing:
        mov     ah, 0x86
        mov     cx, 1000000 >> 16
        mov     dx, 1000000 & 0xFFFF
        int     0x15
        mov     bx, 0x12B0              ; key off
        call    write
        mov     ax, 0x4C00
        int     0x21
none:   mov     ax, 0x4C01
        int     0x21

write:                                  ; BH to register BL, with the waits of the manual
        push    cx
        push    dx
        mov     dx, 0x388
        mov     al, bl
        out     dx, al
        mov     cx, 6
.a:     in      al, dx
        loop    .a
        inc     dx
        mov     al, bh
        out     dx, al
        dec     dx
        mov     cx, 35
.b:     in      al, dx
        loop    .b
        pop     dx
        pop     cx
        ret
status:
        mov     dx, 0x388
        in      al, dx
        mov     ah, 0
        ret

found   db      "AdLib", 13, 10, "$"
; The carrier of voice 1 alone: multiple 1, no attenuation, fastest attack, slowest release of a held tone.
sound   dw      0x2120, 0x3F40, 0xF060, 0x0F80, 0x2123, 0x0043, 0xF063, 0x0F83, 0x30C0, 0x44A0, 0x32B0, 0
