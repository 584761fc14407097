; Exceptions in a 32-bit client: a handler that repairs, one that leaves by another way, one of the new form, a
; breakpoint through the interrupt vector, and HLT.
%include "dpmi.inc"
        org     0x100

start:  to_protected 32
        mov     bl, 13
        mov     ax, 0x0202
        int     0x31
        mov     cx, cs
        mov     edx, skip
        mov     ax, 0x0203
        int     0x31
        check   'set handler', nc
        mov     ax, 0xFFF8
        mov     es, ax                  ; a selector that is none
        check   'repaired', nc
        cmp     dword [cs:seen], 0xFFF8
        check   'error code', e
        mov     bl, 6
        mov     cx, cs
        mov     edx, away
        mov     ax, 0x0203
        int     0x31
        ud2
        say     'not here', 13, 10
elsewhere:
        mov     ds, [cs:own_ds]
        push    ds
        pop     es
        say     'left the handler', 13, 10
        mov     bl, 0
        mov     cx, cs
        mov     edx, divided
        mov     ax, 0x0212
        int     0x31
        xor     cx, cx
        mov     ax, 1
        div     cl
        cmp     cl, 7
        check   'divided', e
        mov     bl, 3
        mov     cx, cs
        mov     edx, breakpoint
        mov     ax, 0x0205
        int     0x31
        int3
        cmp     byte [broken], 1
        check   'breakpoint', e
        sti
        mov     ax, 0x40
        mov     es, ax
        mov     eax, [es:0x6C]
.wait:  hlt
        cmp     eax, [es:0x6C]
        je      .wait
        say     'HLT waits', 13, 10
        leave_with 5

; The frame: return EIP, CS, error code, EIP, CS, EFLAGS, ESP, SS.
skip:   push    ds
        push    eax
        mov     ds, [cs:own_ds]
        mov     eax, [esp + 8 - 2 + 8]
        mov     [seen], eax
        pop     eax
        pop     ds
        add     dword [esp + 12], 2     ; MOV ES, AX has two bytes
        o32 retf

away:   mov     word [esp + 12], elsewhere
        o32 retf

divided:
        mov     cl, 7
        add     esp, 0x20               ; the new form's frame
        o32 retf

breakpoint:
        mov     byte [ss:broken], 1
        iretd

dpmi_routines
        [section .data]
seen:   dd      0
broken: db      0
