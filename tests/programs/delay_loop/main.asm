; Calibrates a delay loop as the CRT unit of Turbo Pascal 7 does: counts down through one timer tick and divides
; the count by 55. On a PC that is too fast the quotient does not fit and the division faults ("Runtime error 200").
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x40
        mov     es, ax
        mov     di, 0x6C
        mov     bl, [es:di]
.edge:  cmp     bl, [es:di]             ; begin with a new tick
        je      .edge
        mov     bl, [es:di]
        mov     ax, -28
        cwd
        call    delay
        not     ax
        not     dx
        mov     cx, 55
        div     cx                      ; faults on too fast a PC
        cmp     ax, 10
        jb      .slow
        say     'calibrated', 13, 10
        leave_with 0
.slow:  say     'nothing was counted', 13, 10
        leave_with 1

; DX:AX down until the tick in ES:DI is not BL any more.
delay:  sub     ax, 1
        sbb     dx, 0
        jc      .end
        cmp     bl, [es:di]
        je      delay
.end:   ret
routines
