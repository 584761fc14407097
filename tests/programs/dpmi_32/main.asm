; A 32-bit client: descriptors, extended memory, DOS memory, real-mode interrupt, far call, callback, a timer
; hook and the exit status.
%include "dpmi.inc"
        org     0x100

start:  to_protected 32

        ; A descriptor of its own over the screen's first line of BIOS data: base and limit as set.
        mov     ax, 0x0000
        mov     cx, 1
        int     0x31
        mov     bx, ax
        mov     ax, 0x0007
        xor     cx, cx
        mov     dx, 0x0400
        int     0x31
        mov     ax, 0x0008
        mov     dx, 0x00FF
        int     0x31
        mov     es, bx
        lsl     ax, bx
        cmp     ax, 0xFF
        check   'limit', e
        mov     ax, 0x0006
        int     0x31
        cmp     dx, 0x0400
        check   'base', e
        cmp     word [es:0x4A], 80      ; columns
        check   'data', e
        push    ds
        pop     es
        mov     ax, 0x0001
        int     0x31
        check   'free descriptor', nc
        mov     ax, 0x0001
        int     0x31
        check   'free again is refused', c

        ; 256 KB of extended memory, written and read through a descriptor.
        mov     ax, 0x0501
        mov     bx, 4
        xor     cx, cx
        int     0x31
        check   'memory', nc
        mov     [handle], di
        mov     [handle + 2], si
        mov     [linear], cx
        mov     [linear + 2], bx
        xor     ax, ax
        mov     cx, 1
        int     0x31
        mov     bx, ax
        mov     dx, [linear]
        mov     cx, [linear + 2]
        mov     ax, 0x0007
        int     0x31
        mov     ax, 0x0008
        mov     cx, 3
        mov     dx, 0xFFFF
        int     0x31
        mov     es, bx
        mov     dword [es:dword 0x3FFFC], 0x12345678
        cmp     dword [es:dword 0x3FFFC], 0x12345678
        check   'extended memory', e
        push    ds
        pop     es
        mov     ax, 0x0502
        mov     di, [handle]
        mov     si, [handle + 2]
        int     0x31
        check   'free memory', nc
        mov     ax, 0x0501
        mov     bx, 0xFFFF
        mov     cx, 0xF000
        int     0x31
        check   '4 GB are refused', c

        ; DOS memory: segment and selector see the same bytes.
        mov     ax, 0x0100
        mov     bx, 16
        int     0x31
        check   'DOS memory', nc
        mov     [paragraph], ax
        mov     [selector], dx
        mov     es, dx
        mov     dword [es:0], 'DPMI'
        mov     ax, 0x0002
        mov     bx, [paragraph]
        int     0x31
        mov     es, ax
        cmp     dword [es:0], 'DPMI'
        check   'segment to descriptor', e
        mov     es, [selector]

        ; Real-mode INT 21h/09h by function 0300h.
        mov     dword [es:0], 'real'
        mov     dword [es:4], 0x0A0D2420 ; ' $'
        push    ds
        pop     es
        mov     edi, call
        mov     word [call + 0x1C], 0x0900
        mov     word [call + 0x14], 0
        mov     ax, [paragraph]
        mov     [call + 0x24], ax
        mov     ax, 0x0300
        mov     bx, 0x21
        xor     cx, cx
        int     0x31
        check   'simulated interrupt', nc

        ; A callback, called from real mode through a far call (0301h) of its own address.
        push    cs
        pop     bx
        mov     ax, 0x000A
        int     0x31
        push    ds
        push    cs
        pop     ds
        mov     esi, callback
        mov     edi, structure
        mov     ax, 0x0303
        int     0x31
        pop     ds
        check   'allocate callback', nc
        mov     [callback_address], dx
        mov     [callback_address + 2], cx
        push    ds
        pop     es
        mov     edi, call
        mov     dword [call + 0x1C], 0x1111
        mov     ax, [callback_address]
        mov     [call + 0x2A], ax
        mov     ax, [callback_address + 2]
        mov     [call + 0x2C], ax
        mov     dword [call + 0x2E], 0
        mov     ax, 0x0301
        xor     bx, bx
        xor     cx, cx
        int     0x31
        check   'far call', nc
        cmp     dword [call + 0x1C], 0x2222
        check   'callback', e
        mov     ax, 0x0304
        mov     dx, [callback_address]
        mov     cx, [callback_address + 2]
        int     0x31
        check   'free callback', nc

        ; The timer interrupt in protected mode, and the default handler behind it.
        mov     ax, 0x0204
        mov     bl, 8
        int     0x31
        mov     [old_timer], edx
        mov     [old_timer + 4], cx
        mov     cx, cs
        mov     edx, timer
        mov     ax, 0x0205
        int     0x31
        check   'set vector', nc
        sti
.wait:  cmp     word [ticks], 3
        jb      .wait
        mov     cx, [old_timer + 4]
        mov     edx, [old_timer]
        mov     bl, 8
        mov     ax, 0x0205
        int     0x31
        check   'timer', nc
        mov     ax, 0x40
        mov     es, ax
        cmp     dword [es:0x6C], 0
        check   'BIOS data selector', ne
        push    ds
        pop     es

        ; Interrupt state.
        mov     ax, 0x0900
        int     0x31
        mov     ax, 0x0902
        int     0x31
        test    al, al
        check   'interrupts off', z
        mov     ax, 0x0901
        int     0x31
        pushf
        pop     ax
        test    ah, 2
        check   'interrupts on', nz

        ; A software interrupt that the client hooks, and INT 2Fh/1686h.
        mov     cx, cs
        mov     edx, soft
        mov     ax, 0x0205
        mov     bl, 0x66
        int     0x31
        mov     ax, 5
        int     0x66
        cmp     ax, 10
        check   'hooked interrupt', e
        mov     ax, 0x1686
        int     0x2F
        test    ax, ax
        check   'mode', z
        leave_with 42

timer:  push    ds
        mov     ds, [cs:own_ds]
        inc     word [ticks]
        pushfd
        call    far dword [old_timer]
        pop     ds
        iretd

soft:   add     ax, ax
        iretd

; DS:ESI real stack, ES:EDI structure: give back 2222h for 1111h and return to the caller of the address.
callback:
        mov     dword [es:edi + 0x1C], 0x2222
        lodsd                           ; IP, CS
        mov     [es:edi + 0x2A], eax
        add     word [es:edi + 0x2E], 4
        iretd

dpmi_routines
        [section .data]
handle: dd      0
linear: dd      0
paragraph:      dw 0
selector:       dw 0
call:   times 0x32 db 0
structure:      times 0x32 db 0
callback_address: dd 0
old_timer:      dd 0
        dw      0
ticks:  dw      0
