; A client of DPMI that stays resident (0C01h) with a callback as interrupt 66h of real mode, memory and a descriptor: the
; program that started it calls it from real mode, also after another client has come and gone.
%include "dpmi.inc"
        org     0x100

start:  mov     al, [0x82]
        cmp     byte [0x80], 0
        je      parent
        cmp     al, 'T'
        je      stays
        to_protected 16                 ; comes and goes
        mov     ax, 0x0501
        mov     bx, 4
        xor     cx, cx
        int     0x31
        check   'another client', nc
        leave_with 2

stays:  to_protected 16
        mov     ax, 0x0501              ; 256 KB
        mov     bx, 4
        xor     cx, cx
        int     0x31
        check   'memory', nc
        mov     dx, cx
        push    bx
        push    dx
        xor     ax, ax
        mov     cx, 1
        int     0x31
        mov     [window], ax
        pop     dx
        pop     cx
        mov     bx, [window]
        mov     ax, 0x0007
        int     0x31
        mov     cx, 3
        mov     dx, 0xFFFF
        mov     ax, 0x0008
        int     0x31
        check   'descriptor', nc
        mov     fs, bx
        mov     dword [fs:dword 0x3FFF0], 0x12340000
        push    ds
        pop     es
        push    ds
        push    cs
        pop     ds
        mov     si, callback
        mov     di, structure
        mov     ax, 0x0303
        int     0x31
        pop     ds
        check   'callback', nc
        mov     ax, 0x0201
        mov     bl, 0x66
        int     0x31
        mov     ax, 0x0C01
        mov     bl, 3
        mov     dx, 0x1000
        int     0x31
        leave_with 255

; Counts in its memory; carries out the IRET of the INT 66h that called.
callback:
        push    fs
        push    eax
        mov     fs, [es:window]
        inc     dword [fs:dword 0x3FFF0]
        mov     eax, [fs:dword 0x3FFF0]
        mov     [es:di + 0x1C], eax
        lodsw
        mov     [es:di + 0x2A], ax
        lodsw
        mov     [es:di + 0x2C], ax
        lodsw
        mov     [es:di + 0x20], ax
        add     word [es:di + 0x2E], 6
        pop     eax
        pop     fs
        iret

parent: mov     ah, 0x4A
        mov     bx, 0x1000
        int     0x21
        mov     [block + 4], ds
        mov     al, 'T'
        call    run
        call    ask
        mov     al, 'N'
        call    run
        call    ask
        mov     al, 'N'
        call    run
        call    ask
        leave_with 0

run:    mov     [tail + 2], al
        mov     dx, program
        mov     bx, block
        mov     ax, 0x4B00
        int     0x21
        check   'run', nc
        mov     ah, 0x4D
        int     0x21
        hex16   ax
        say     ' is how it ended', 13, 10
        ret

ask:    xor     eax, eax
        int     0x66
        hex16   ax
        say     ' '
        shr     eax, 16
        hex16   ax
        say     ' from the resident one', 13, 10
        ret

dpmi_routines
        [section .data]
program: db     'MAIN.COM', 0
tail:   db      2, ' T', 13
block:  dw      0, tail, 0, 0x5C, 0, 0x6C, 0
window: dw      0
structure: times 0x32 db 0
