; The timer at 1,000 Hz: every interrupt is counted, the BIOS's handler is called at its own pace, and nothing else is done.
; The argument, one or two digits, is how many seconds; 1 without. With an S behind it the timer keeps its slow pace.
; benchmarks/timer.py measures what the interrupts cost.
        org     0x100
%include "dos.inc"
COUNT   equ     1193
start:
        number_argument
        jcxz    .one
        jmp     .known
.one:   mov     cx, 1
.known: cmp     al, 's' - '0'
        je      slow
        imul    cx, cx, 1000
        mov     ax, 0x3508
        int     0x21
        mov     [old], bx
        mov     [old + 2], es
        push    0
        pop     es
        cli
        mov     ax, 0x2508
        mov     dx, tick
        int     0x21
        mov     al, 0x34                ; counter 0, mode 2
        out     0x43, al
        mov     al, COUNT & 0xFF
        out     0x40, al
        mov     al, COUNT >> 8
        out     0x40, al
        mov     bx, [es:0x46C]
        sti
.wait:  hlt
        cmp     [ticks], cx
        jb      .wait
        cli
        mov     cx, [es:0x46C]
        mov     al, 0x36
        out     0x43, al
        mov     al, 0
        out     0x40, al
        out     0x40, al
        push    ds
        lds     dx, [old]
        mov     ax, 0x2508
        int     0x21
        pop     ds
        sti
        sub     cx, bx
        number  word [ticks]            ; 1000
        newline
        number  cx                      ; 1000 * 1193 / 65536 = 18
        newline
        leave_with 0

slow:   imul    cx, cx, 182
        push    0
        pop     es
        mov     ax, cx
        xor     dx, dx
        mov     cx, 10
        div     cx
        add     ax, [es:0x46C]
.wait:  hlt
        cmp     [es:0x46C], ax
        jb      .wait
        leave_with 0

tick:   push    ax
        inc     word [cs:ticks]
        add     word [cs:passed], COUNT
        jc      .chain
        mov     al, 0x20
        out     0x20, al
        pop     ax
        iret
.chain: pop     ax
        jmp     far [cs:old]
routines
ticks:  dw      0
passed: dw      0
old:    dd      0
