; The timer's requests in a 32-bit client's handlers: INT 8 and INT 1Ch, from protected and from real mode, each chained
; to the default handler, and INT 60h passed down to real mode with its registers and flags.
%include "dpmi.inc"
        org     0x100

start:  mov     [real_cs], cs
        xor     ax, ax
        mov     es, ax
        mov     word [es:0x60 * 4], real_60
        mov     [es:0x60 * 4 + 2], cs
        push    cs
        pop     es
        to_protected 32
        push    ds
        pop     es

        mov     bl, 0x08
        mov     ax, 0x0204
        int     0x31
        mov     [old_8], edx
        mov     [old_8 + 4], cx
        mov     bl, 0x1C
        mov     ax, 0x0204
        int     0x31
        mov     [old_1c], edx
        mov     [old_1c + 4], cx
        mov     cx, cs
        mov     edx, timer
        mov     bl, 0x08
        mov     ax, 0x0205
        int     0x31
        mov     edx, tick
        mov     bl, 0x1C
        mov     ax, 0x0205
        int     0x31
        sti

        ; In protected mode: the default handler of INT 8 goes to real mode, whose INT 1Ch comes back here.
.wait:  cmp     dword [ticks], 3
        jb      .wait
        say     'protected mode', 13, 10
        mov     eax, [timers]
        cmp     eax, [ticks]
        check   'as many of INT 1Ch', ae

        ; In real mode, called from here.
        mov     ax, [real_cs]
        mov     [regs + 0x2C], ax
        mov     [regs + 0x24], ax
        mov     word [regs + 0x2A], real_wait
        mov     word [regs + 0x20], 0x200
        mov     dword [regs + 0x10], 0x12345678
        mov     edi, regs
        xor     cx, cx
        xor     bx, bx
        mov     ax, 0x0301
        int     0x31
        check   'real mode', nc
        cmp     dword [regs + 0x10], 0x12345679
        check   'its registers', e

        ; INT 60h is real mode's.
        mov     eax, 0x11112222
        mov     ebx, 0x33334444
        mov     ecx, 0x55556666
        mov     edx, 0x77778888
        mov     esi, 0x9999AAAA
        mov     ebp, 0xBBBBCCCC
        clc
        int     0x60
        check   'carry', c
        cmp     eax, 0x11112223
        check   'EAX', e
        cmp     ebp, 0xBBBBCCCD
        check   'EBP', e
        cmp     esi, 0x9999AAAA
        check   'ESI', e
        push    ds
        pop     ax
        cmp     ax, [own_ds]
        check   'DS', e

        mov     cx, [old_8 + 4]
        mov     edx, [old_8]
        mov     bl, 0x08
        mov     ax, 0x0205
        int     0x31
        check   'given back', nc
        leave_with 0

timer:  push    ds
        mov     ds, [cs:own_ds]
        inc     dword [timers]
        pop     ds
        jmp     dword far [cs:old_8]

tick:   push    ds
        mov     ds, [cs:own_ds]
        inc     dword [ticks]
        pop     ds
        jmp     dword far [cs:old_1c]

        ; Real mode: three timer requests more.
real_wait:
        mov     eax, [ticks]
        add     eax, 3
        sti
.wait:  cmp     [ticks], eax
        jb      .wait
        inc     ebx
        retf

real_60:
        inc     eax
        inc     ebp
        push    bp
        mov     bp, sp
        or      byte [bp + 6], 1
        pop     bp
        iret

        dpmi_routines
        [section .data]
        align   4
timers: dd      0
ticks:  dd      0
old_8:  dd      0
        dw      0
old_1c: dd      0
        dw      0
real_cs:        dw 0
        align   4
regs:   times 0x34 db 0
        __SECT__
