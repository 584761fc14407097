; INT 2Eh: a command line for the resident COMMAND.COM; its SET changes the environment that later commands see, and
; the program goes on behind the INT with its own stack.
        org     0x100
%include "dos.inc"
start:
        keep_4_kb
        mov     si, one
        int     0x2E
        push    cs
        pop     ds
        hex16   ax                      ; 0000
        newline
        mov     si, two
        int     0x2E
        push    cs
        pop     ds
        mov     si, three
        int     0x2E
        push    cs
        pop     ds
        mov     si, one
        mov     bp, sp
        hex16   bp
        newline
        leave_with 0
routines
one:    db      8, 'echo one', 13
two:    db      14, 'set COLOR=blue', 13
three:  db      18, 'echo COLOR=%COLOR%', 13
