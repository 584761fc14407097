; A request that waits is taken exactly one instruction behind the STI that allows it, whatever that instruction is
; (Intel SDM 2, STI): the handler notes where it came in.
        org     0x100
%include "dos.inc"

; shielded 'name': the code that follows, with a request waiting, up to its own label came, where it is to come in.
%macro shielded 1
        say     %1, ' '
        mov     word [expected], %%came
        call    request
%define CAME %%came
%endmacro

start:
        mov     ax, 0x2508
        mov     dx, tick
        int     0x21
        mov     ax, 0x2560
        mov     dx, quiet
        int     0x21
        mov     al, 0xFE                ; the timer alone
        out     0x21, al

        shielded 'NOP'
        sti
        nop
CAME:   nop
        call    result

        shielded 'RET'
        push    CAME
        sti
        ret
        nop
CAME:   nop
        call    result

        shielded 'RETF'
        push    cs
        push    CAME
        sti
        retf
        nop
CAME:   nop
        call    result

        shielded 'IRET'
        pushf
        pop     ax
        or      ah, 2
        push    ax
        push    cs
        push    CAME
        sti
        iret
        nop
CAME:   nop
        call    result

        shielded 'CALL'
        sti
        call    CAME
        nop
CAME:   pop     ax
        call    result

        shielded 'JMP'
        sti
        jmp     short CAME
        nop
CAME:   nop
        call    result

        shielded 'JMP by a register'
        mov     bx, CAME
        sti
        jmp     bx
        nop
CAME:   nop
        call    result

        shielded 'JMP FAR'
        mov     [target], word CAME
        mov     [target + 2], cs
        sti
        jmp     far [target]
        nop
CAME:   nop
        call    result

        shielded 'LOOP'
        mov     cx, 2
        sti
        loop    CAME
        nop
CAME:   nop
        call    result

        shielded 'Jcc'
        or      ax, 1
        sti
        jnz     CAME
        nop
CAME:   nop
        call    result

        shielded 'STI'
        sti
        sti
CAME:   nop
        call    result

        shielded 'MOV SS'
        mov     ax, ss
        sti
        mov     ss, ax
CAME:   nop
        call    result

        shielded 'PUSHF'
        sti
        pushf
CAME:   pop     ax
        call    result

        shielded 'INT'
        sti
        int     0x60
CAME:   nop
        call    result

        shielded 'a store to the next instruction'
        sti
        mov     byte [CAME], 0x90
CAME:   inc     ax
        call    result

        shielded 'OUT'
        sti
        out     0x80, al
CAME:   nop
        call    result

        shielded 'POPF, without STI'
        pushf
        pop     ax
        or      ah, 2
        push    ax
        popf
CAME:   nop
        call    result

        shielded 'none in STI, CLI'
        sti
        cli
        nop
        nop
        sti
        nop
CAME:   nop
        call    result

        mov     al, 0
        out     0x21, al
        leave_with 0

; Returns with interrupts off and the timer's request waiting at the controller.
request:
        sti
        hlt
        cli
.wait:  mov     al, 0x0A                ; the requests
        out     0x20, al
        in      al, 0x20
        test    al, 1
        jz      .wait
        mov     word [came], 0
        ret

result: cli
        push    ax
        mov     ax, [came]
        cmp     ax, [expected]
        jne     .no
        say     'yes', 13, 10
        pop     ax
        ret
.no:    sub     ax, [expected]
        hex16   ax
        newline
        pop     ax
        ret

tick:   push    bp
        mov     bp, sp
        push    ax
        mov     ax, [bp + 2]
        mov     [cs:came], ax
        mov     al, 0x20
        out     0x20, al
        pop     ax
        pop     bp
quiet:  iret
routines
came:   dw      0
expected: dw    0
target: dd      0
