; Plays one second of A above middle C on the MPU-401 in intelligent mode: the interface keeps the time, and asks for
; the events of track 0.
        org     0x100
DATA    equ     0x330
COMMAND equ     0x331
start:
        mov     ah, 0xFF                ; reset
        call    command
        mov     ah, 0xAC                ; version
        call    command
        call    read
        cmp     al, 0x15
        jne     fail
        mov     ah, 0xE0                ; 100 beats a minute of 120 ticks
        call    command
        mov     al, 100
        call    write
        mov     ah, 0xEC                ; track 0 is active
        call    command
        mov     al, 1
        call    write
        mov     ah, 0xB8
        call    command
        mov     si, events
        mov     ah, 0x0A                ; start
        call    command
.next:  call    read
        cmp     al, 0xF0                ; track 0 wants an event
        jne     .next
        lodsb
        mov     cl, al
        mov     ch, 0
.event: lodsb
        call    write
        loop    .event
        cmp     si, events_end
        jb      .next
        mov     ah, 0x86
        mov     cx, 1300000 >> 16
        mov     dx, 1300000 & 0xFFFF
        int     0x15
        mov     ah, 0x05                ; stop
        call    command
        mov     ah, 0xFF
        call    command
        mov     dx, done
        mov     ah, 9
        int     0x21
        mov     ax, 0x4C00
        int     0x21
fail:   mov     ax, 0x4C01
        int     0x21

command:                                ; AH, and the acknowledge for it
        call    ready
        mov     dx, COMMAND
        mov     al, ah
        out     dx, al
.ack:   call    read
        cmp     al, 0xFE
        jne     .ack
        ret
write:  push    ax
        call    ready
        pop     ax
        mov     dx, DATA
        out     dx, al
        ret
ready:  mov     dx, COMMAND
.wait:  in      al, dx
        test    al, 0x40
        jnz     .wait
        ret
read:   mov     dx, COMMAND
.wait:  in      al, dx
        test    al, 0x80
        jnz     .wait
        mov     dx, DATA
        in      al, dx
        ret
done    db      "played", 13, 10, "$"
; Length, ticks, event: organ; A on; the same off after 200 ticks; the end.
events  db      3, 0, 0xC0, 16, 4, 0, 0x90, 69, 127, 4, 200, 0x80, 69, 0, 2, 0, 0xFC
events_end:
