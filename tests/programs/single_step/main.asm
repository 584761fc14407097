; The trap flag: INT 1 after each instruction, none after POP SS, and INT n is not stepped into.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x2501
        mov     dx, step
        int     0x21
        mov     ax, 0x2560
        mov     dx, quiet
        int     0x21
        pushf
        pop     ax
        or      ah, 1
        push    ax
        popf                            ; on from the instruction after the next
        nop                             ; 1
        inc     cx                      ; 2
        push    ss                      ; 3
        pop     ss                      ; shadow
        nop                             ; 4
        int     0x60                    ; not itself: INT clears the flag, and its IRET sets it from the next on
        pushf                           ; 5
        pop     ax                      ; 6
        and     ah, 0xFE                ; 7
        push    ax                      ; 8
        popf                            ; 9: the flag was set when it began
        nop
        number  word [steps]
        newline
        test    ah, 1                   ; the flag is off
        jnz     .bad
        leave_with 0
.bad:   leave_with 1

quiet:  nop                             ; INT clears the flag
        nop
        iret
step:   inc     word [cs:steps]
        iret
routines
steps:  dw      0
