; Handlers for INT 3, INTO, BOUND and division: what each finds as its return address.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x2500
        mov     dx, divide
        int     0x21
        mov     ax, 0x2503
        mov     dx, trap
        int     0x21
        mov     ax, 0x2504
        int     0x21
        mov     ax, 0x2505
        mov     dx, bound_
        int     0x21

        mov     bx, .after3
        int3
.after3:
        mov     al, 0x7F
        add     al, 1                   ; overflow
        mov     bx, .after4
        into
.after4:
        xor     al, al
        into                            ; none
        mov     bx, .fault5
        mov     cx, 3
.fault5: bound  cx, [limits]            ; the handler makes CX fit
        mov     bx, .fault0
        mov     ax, 1
        xor     cx, cx
.fault0: div    cl                      ; the handler makes CL 1
        number  ax                      ; 1
        newline
        leave_with 0

divide: mov     cl, 1
        say     'fault 0 '
        jmp     where
bound_: mov     cx, 2
        say     'fault 5 '
        jmp     where
trap:   say     'trap '
where:  push    bp
        mov     bp, sp
        cmp     [bp + 2], bx            ; traps return behind, faults to the instruction
        pop     bp
        jne     .bad
        say     'ok', 13, 10
        iret
.bad:   say     'wrong address', 13, 10
        iret
routines
limits: dw      0, 2
