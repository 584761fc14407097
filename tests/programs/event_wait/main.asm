; INT 15h/83h: the clock's periodic interrupt, every 976 us, counts the time down; the byte's top bit says it is over.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x3570
        int     0x21
        mov     [old], bx
        mov     [old+2], es
        mov     dx, clock
        mov     ax, 0x2570
        int     0x21
        push    ds
        pop     es
        mov     bx, flag
        mov     cx, 1           ; 100,000 microseconds
        mov     dx, 0x86A0
        mov     ax, 0x8300
        int     0x15
        jc      .bad
        mov     ax, 0x8300      ; one at a time
        int     0x15
        jnc     .bad
        mov     al, ah
        xor     ah, ah
        number  ax
        newline
        mov     ah, 0x86
        int     0x15
        jnc     .bad
.wait:  test    byte [flag], 0x80
        jz      .wait
        mov     ax, [count]
        number  ax
        newline
        mov     cx, 0           ; it is over: the clock is quiet, and the next one may begin
        mov     dx, 20000
        mov     ah, 0x86
        int     0x15
        jc      .bad
        mov     ax, [count]
        number  ax
        newline
        mov     byte [flag], 0
        mov     bx, flag
        mov     cx, 0
        mov     dx, 50000
        mov     ax, 0x8300
        int     0x15
        mov     ax, 0x8301      ; taken back
        int     0x15
        mov     cx, 2
        mov     dx, 0
        mov     ah, 0x86
        int     0x15
        mov     al, [flag]
        xor     ah, ah
        number  ax
        newline
        push    ds
        lds     dx, [old]
        mov     ax, 0x2570
        int     0x21
        pop     ds
        leave_with 0
.bad:   leave_with 1

clock:  inc     word [cs:count]
        jmp     far [cs:old]
routines
old     dd      0
count   dw      0
flag    db      0
