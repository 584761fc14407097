; A client moves a segment while code of real mode runs for it (a callback from there changes the descriptor): whoever
; waits finds the segment at its new place when it goes on, and so do the registers that 0301h gives back. A data
; segment whose descriptor is freed meanwhile is 0. Borland's RTM moves its segments like this during EXEC.
%include "dpmi.inc"
        org     0x100

STRUCTURE_AX equ 0x1C
MARK    equ     0x40

start:  mov     [real_cs], cs
        to_protected 16
        push    ds
        pop     es
        mov     ax, [real_cs]
        movzx   eax, ax
        shl     eax, 4
        mov     [own_base], eax
        xor     ax, ax
        mov     cx, 2
        int     0x31
        jc      bad
        mov     [moving], ax
        add     ax, 8
        mov     [dying], ax
        mov     bx, [moving]
        mov     eax, first
        call    place
        mov     bx, [dying]
        mov     eax, first
        call    place

        push    ds                      ; the callback
        push    cs
        pop     ds
        mov     si, on_callback
        mov     di, from_callback
        mov     ax, 0x0303
        int     0x31
        pop     ds
        jc      bad
        mov     [callback], dx
        mov     [callback + 2], cx

        ; The structure lies in the segment that moves.
        mov     ax, [real_cs]
        mov     [first + 0x2C], ax
        mov     [first + 0x24], ax
        mov     word [first + 0x2A], real_code
        push    word [dying]
        pop     fs
        push    word [moving]
        pop     es
        xor     di, di
        xor     bx, bx
        xor     cx, cx
        mov     ax, 0x0301
        int     0x31
        jc      bad
        cmp     word [es:MARK], 'B2'
        check   'the segment is at its new place', e
        cmp     word [second + STRUCTURE_AX], 0x600D
        check   'so are the registers given back', e
        cmp     word [first + STRUCTURE_AX], 0
        check   'and not at the old one', e
        mov     ax, fs
        test    ax, ax
        check   'a freed segment is 0', z
        leave_with 0

bad:    say     'failed', 13, 10
        leave_with 1

; BX: a descriptor; its base becomes EAX in our segment, its limit FFFFh.
place:  add     eax, [own_base]
        mov     dx, ax
        shr     eax, 16
        mov     cx, ax
        mov     ax, 0x0007
        int     0x31
        mov     dx, 0xFFFF
        xor     cx, cx
        mov     ax, 0x0008
        int     0x31
        ret

; DS:SI real mode's stack, ES:DI from_callback.
on_callback:
        push    ds
        push    es
        push    si
        push    di
        push    es
        pop     ds
        mov     si, first               ; move the segment with what is in it
        mov     di, second
        mov     cx, 0x20
        cld
        rep     movsw
        mov     bx, [moving]
        mov     eax, second
        call    place
        mov     bx, [dying]
        mov     ax, 0x0001
        int     0x31
        pop     di
        pop     si
        pop     es
        pop     ds
        mov     ax, [si]                ; go on behind the far call
        mov     [es:di + 0x2A], ax
        mov     ax, [si + 2]
        mov     [es:di + 0x2C], ax
        add     word [es:di + 0x2E], 4
        iret

; Real mode.
real_code:
        call    far [cs:callback]
        mov     ax, 0x600D
        retf

        align   16
first:  times MARK db 0
        db      'A1'
second: times MARK db 0
        db      'B2'
from_callback: times 0x32 db 0
own_base: dd    0
callback: dd    0
real_cs: dw     0
moving: dw      0
dying:  dw      0

dpmi_routines
