; A mouse driver of the program's own: a handler for the packets of INT 15h/C2h, on the PS/2 port.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0xC205
        mov     bh, 3
        int     0x15
        must
        mov     ax, 0xC207
        push    cs
        pop     es
        mov     bx, packet
        int     0x15
        must
        mov     ax, 0xC200
        mov     bh, 1
        int     0x15
        must
.wait:  hlt
        cmp     word [packets], 3
        jb      .wait
        mov     ax, 0xC200
        mov     bh, 0
        int     0x15
        must
        hex16   [across]
        say     ' '
        hex16   [down]
        say     ' '
        hex8    [buttons]
        newline
        leave_with 0

packet: push    bp
        mov     bp, sp
        push    ax
        mov     ax, [bp + 12]           ; status
        or      [cs:buttons], al
        test    al, 0x10                ; the signs
        mov     ah, 0
        jz      .right
        mov     ah, 0xFF
.right: mov     al, [bp + 10]           ; X
        add     [cs:across], ax
        mov     ah, 0
        test    byte [bp + 12], 0x20
        jz      .up
        mov     ah, 0xFF
.up:    mov     al, [bp + 8]            ; Y, upwards
        sub     [cs:down], ax
        inc     word [cs:packets]
        pop     ax
        pop     bp
        retf
routines
packets: dw     0
across: dw      0
down:   dw      0
buttons: db     0
