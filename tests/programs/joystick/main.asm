; Asks INT 15h/84h for a centred stick, and times its one-shots with the PIT as games do: 24.2 us and 11 us a kiloohm.
        org     0x100
%include "dos.inc"
start:
        mov     ah, 0x84
        mov     dx, 1
        int     0x15
        must
        hex16   ax
        say     ' '
        hex16   bx
        say     ' '
        hex16   cx
        say     ' '
        hex16   dx
        newline
        mov     ah, 0x84
        mov     dx, 0
        int     0x15
        must
        and     al, 0xF0
        hex8    al
        newline

        cli
        call    pit
        mov     bx, ax                  ; counts down, two a tick: mode 3
        mov     dx, 0x201
        out     dx, al
.wait:  in      al, dx
        test    al, 1
        jnz     .wait
        call    pit
        sti
        sub     bx, ax
        shr     bx, 1
        ; 50 kiloohms: 574 us are 685 ticks, and the loop costs a few
        cmp     bx, 680
        jb      .wrong
        cmp     bx, 720
        ja      .wrong
        say     'the one-shot takes its time', 13, 10
        leave_with 0
.wrong: say     'ticks: '
        number  bx
        newline
        leave_with 1

pit:    mov     al, 0                   ; latch counter 0
        out     0x43, al
        in      al, 0x40
        mov     ah, al
        in      al, 0x40
        xchg    al, ah
        ret
routines
