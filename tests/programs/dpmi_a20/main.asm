; Line A20 under the DPMI host: what a client closes is closed for code of real mode (1 MB wraps around) and never
; for its own code, whichever way it closes it and however the modes change.
%include "dpmi.inc"
        org     0x100

LOW     equ     0x4F0                   ; in the BIOS data area: for applications
HIGH    equ     0x100000 + LOW

start:  mov     [real_cs], cs
        to_protected 16
        xor     ax, ax                  ; FS: 64 KB from 1 MB on, ES: from 0 on
        mov     cx, 2
        int     0x31
        mov     fs, ax
        mov     bx, ax
        mov     cx, 0x10
        xor     dx, dx
        mov     ax, 0x0007
        int     0x31
        mov     dx, 0xFFFF
        xor     cx, cx
        mov     ax, 0x0008
        int     0x31
        push    bx
        pop     fs
        add     bx, 8
        mov     ax, 0x0008
        int     0x31
        mov     es, bx

        call    apart
        check   'open at first, in protected mode', e
        mov     ax, 0x2400              ; closed by the BIOS, in real mode
        call    bios
        call    apart
        check   'closed by the BIOS: open in protected mode', e
        mov     ax, 0x2402
        call    bios
        cmp     al, 0
        check   'closed, says the BIOS', e
        call    real_wraps
        check   'real mode wraps around', e
        call    apart
        check   'back from there', e
        mov     ax, 0x2401
        call    bios
        call    real_wraps
        check   'opened: real mode goes on behind 1 MB', ne
        in      al, 0x92                ; closed by port 92h, in protected mode
        and     al, 0xFC
        out     0x92, al
        call    apart
        check   'closed by port 92h: open in protected mode', e
        call    real_wraps
        check   'real mode wraps around again', e
        in      al, 0x92
        and     al, 0xFE
        or      al, 2
        out     0x92, al
        call    real_wraps
        check   'opened by port 92h', ne
        leave_with 0

; ZF: 1 MB and 0 are different memory.
apart:  mov     word [es:LOW], 0x1111
        mov     word [fs:LOW], 0x2222
        cmp     word [es:LOW], 0x1111
        ret

; ZF: they are the same memory for code of real mode.
real_wraps:
        push    es
        push    ds
        pop     es
        mov     di, call_structure
        mov     word [call_structure + 0x2A], probe
        mov     ax, [real_cs]
        mov     [call_structure + 0x2C], ax
        mov     [call_structure + 0x24], ax
        xor     bx, bx
        xor     cx, cx
        mov     ax, 0x0301
        int     0x31
        pop     es
        cmp     byte [call_structure + 0x1C], 1
        ret

; AX: INT 15h in real mode; gives AX.
bios:   push    es
        push    ds
        pop     es
        mov     di, call_structure
        mov     [call_structure + 0x1C], ax
        mov     bx, 0x15
        xor     cx, cx
        mov     ax, 0x0300
        int     0x31
        mov     ax, [call_structure + 0x1C]
        pop     es
        ret

; Real mode: AL 1 when FFFF:0010+LOW is 0:LOW.
probe:  push    ds
        push    es
        xor     ax, ax
        mov     ds, ax
        dec     ax
        mov     es, ax
        mov     word [LOW], 0x3333
        mov     word [es:LOW + 0x10], 0x4444
        cmp     word [LOW], 0x4444
        sete    al
        pop     es
        pop     ds
        retf

call_structure: times 0x32 db 0
real_cs: dw     0

dpmi_routines
