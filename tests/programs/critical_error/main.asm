; INT 24h for a file that is shared away: the handler sees what failed, retries once, then fails; abort ends the program.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x2524
        mov     dx, handler
        int     0x21
        mov     ah, 0x3C
        xor     cx, cx
        mov     dx, name
        int     0x21
        must
        mov     bx, ax
        mov     ah, 0x3E
        int     0x21
        must
        mov     ax, 0x3D12              ; for itself alone
        mov     dx, name
        int     0x21
        must
        mov     ax, 0x3D42              ; a program that knows of sharing is not asked
        mov     dx, name
        int     0x21
        call    outcome
        mov     ax, 0x3D02
        mov     dx, name
        int     0x21
        call    outcome
        mov     byte [last], 2          ; abort
        mov     ax, 0x3D02
        mov     dx, name
        int     0x21
        say     'still here', 13, 10
        leave_with 1

outcome:
        jc      .failed
        say     'opened', 13, 10
        ret
.failed:
        say     'error '
        hex8    al
        mov     ah, 0x59
        xor     bx, bx
        int     0x21
        say     ' extended '
        hex8    al
        newline
        ret

handler:
        push    ds
        push    cs
        pop     ds
        push    ax
        say     'INT 24h AX '
        pop     ax
        push    ax
        hex16   ax
        say     ' DI '
        hex16   di
        pop     ax
        newline
        mov     al, 1                   ; retry
        xor     byte [tries], 1
        jnz     .done
        mov     al, [last]
.done:  pop     ds
        iret
        routines
section .data
name:   db      'SHARED.DAT', 0
tries:  db      0
last:   db      3
