; A 16-bit client: descriptors, files and vectors through INT 21h, raw mode switches, and a far procedure of real mode.
%include "dpmi.inc"
        org     0x100

start:  to_protected 16

        ; DOS with pointers of protected mode: a file written, read back and found.
        mov     ah, 0x3C
        xor     cx, cx
        mov     dx, name
        int     0x21
        check   'create', nc
        mov     bx, ax
        mov     ah, 0x40
        mov     cx, 40000               ; more than the host carries at once
        xor     dx, dx
        int     0x21
        cmp     ax, 40000
        check   'write', e
        mov     ah, 0x3E
        int     0x21
        mov     ah, 0x1A
        mov     dx, dta
        int     0x21
        mov     ah, 0x4E
        xor     cx, cx
        mov     dx, name
        int     0x21
        check   'find', nc
        cmp     word [dta + 0x1A], 40000
        check   'size', e
        mov     ax, 0x3D00
        mov     dx, name
        int     0x21
        mov     bx, ax
        mov     ah, 0x3F
        mov     cx, 16
        mov     dx, buffer
        int     0x21
        cmp     ax, 16
        check   'read', e
        mov     ah, 0x3E
        int     0x21
        mov     ah, 0x41
        mov     dx, name
        int     0x21
        check   'delete', nc
        push    ds
        mov     ax, 0x3521
        int     0x21
        mov     ax, es
        pop     es
        test    ax, ax
        check   'get vector', nz

        ; 48h gives a selector.
        mov     ah, 0x48
        mov     bx, 2
        int     0x21
        check   'allocate', nc
        mov     es, ax
        mov     word [es:30], 7
        mov     ah, 0x49
        int     0x21
        check   'free', nc
        push    ds
        pop     es

        ; The PSP and its environment are selectors.
        mov     ah, 0x62
        int     0x21
        mov     es, bx
        cmp     word [es:0], 0x20CD
        check   'PSP', e
        mov     es, [es:0x2C]
        cmp     byte [es:0], 'A'
        check   'environment', ae
        push    ds
        pop     es

        ; A 000Ah alias of the code is writable.
        mov     ax, 0x000A
        mov     bx, cs
        int     0x31
        mov     es, ax
        mov     byte [es:patched + 1], 5
patched:
        mov     al, 0
        cmp     al, 5
        check   'alias', e
        push    ds
        pop     es

        ; Raw switches, there and back.
        mov     ax, 0x0306
        int     0x31
        mov     [to_pm], cx
        mov     [to_pm + 2], bx
        mov     [to_rm], di
        mov     [to_rm + 2], si
        mov     [pm_cs], cs
        mov     [pm_ss], ss
        mov     [pm_sp], sp
        mov     ax, 0x0006
        mov     bx, ds
        int     0x31
        shl     cx, 12
        shr     dx, 4
        or      cx, dx                  ; the paragraph of DS
        mov     ax, cx
        mov     dx, cx
        mov     si, cx
        mov     bx, sp
        mov     di, in_real
        jmp     far [to_rm]
in_real:
        smsw    ax
        and     al, 1
        mov     [mode], al
        mov     ax, [own_ds]
        mov     cx, ax
        mov     dx, [pm_ss]
        mov     bx, [pm_sp]
        mov     si, [pm_cs]
        mov     di, back
        jmp     far [to_pm]
back:   cmp     byte [mode], 0
        check   'raw switch to real mode', e
        mov     ax, cs
        cmp     ax, [own_cs]
        check   'raw switch back', e

        ; The vendor's API and the version.
        mov     ax, 0x168A
        mov     si, vendor
        int     0x2F
        test    al, al
        check   'vendor', z
        mov     [entry], di
        mov     [entry + 2], es
        push    ds
        pop     es
        mov     ax, 0x0100
        call    far [entry]
        check   'vendor call', nc
        mov     ax, 0x0400
        int     0x31
        cmp     ax, 0x005A
        check   'version', e
        mov     ax, 0x0604
        int     0x31
        cmp     cx, 0x1000
        check   'page size', e
        mov     ax, 0x5678
        int     0x31
        check   'unknown function', c
        cmp     ax, 0x8001
        check   'its error', e
        leave_with 16

dpmi_routines
        [section .data]
name:   db      'WRITTEN.TMP', 0
vendor: db      'MS-DOS', 0
dta:    times 43 db 0
buffer: times 16 db 0
to_pm:  dd      0
to_rm:  dd      0
entry:  dd      0
pm_cs:  dw      0
pm_ss:  dw      0
pm_sp:  dw      0
mode:   db      0
