; XMS 3.0: versions, A20, the high memory area, blocks: move (both ways, overlapping, odd), lock, resize, errors.
        org     0x100
%include "dos.inc"

; xms AH: calls the driver; result prints AX, and BL after a failure.
%macro xms 1
        mov     ah, %1
        call    far [entry]
%endmacro

%macro result 0
        call    show
%endmacro

start:
        mov     ax, 0x4300
        int     0x2F
        hex8    al                      ; 80
        newline
        mov     ax, 0x4310
        int     0x2F
        mov     [entry], bx
        mov     [entry + 2], es
        hex16   word [es:bx]            ; 03EB: the jump that others chain into
        newline
        xms     0x00
        hex16   ax                      ; 0300
        say     ' '
        hex16   dx                      ; 0001
        newline
        mov     ah, 0x88                ; INT 15h/88h: the driver has it all
        int     0x15
        hex16   ax
        newline

        ; A20 is closed at first; the calls count.
        xms     0x07
        hex16   ax                      ; 0000
        xms     0x05
        result                          ; 0001 00
        xms     0x05
        xms     0x06
        result                          ; 0000 94: still open
        xms     0x07
        hex16   ax                      ; 0001
        xms     0x06
        result                          ; 0001 00
        call    wraps
        xms     0x03
        call    wraps
        xms     0x04
        result
        newline

        ; The high memory area.
        mov     dx, 0xFFFF
        xms     0x01
        result                          ; 0001 00
        mov     dx, 0xFFFF
        xms     0x01
        result                          ; 0000 91
        xms     0x05
        push    word 0xFFFF
        pop     es
        mov     word [es:0x10], 0x5AA5
        mov     ax, [es:0x10]
        hex16   ax                      ; 5AA5
        xms     0x06
        xms     0x02
        result                          ; 0001 00
        xms     0x02
        result                          ; 0000 93
        newline

        ; Blocks.
        xms     0x08
        mov     [largest], ax
        mov     dx, 64
        xms     0x09
        result
        mov     [handle], dx
        xms     0x08
        mov     bx, [largest]
        sub     bx, ax
        hex16   bx                      ; 0040
        newline

        mov     ax, cs                  ; out and back
        mov     [out_source + 2], ax
        mov     [back_target + 2], ax
        mov     ax, [handle]
        mov     [out_handle], ax
        mov     [back_handle], ax
        mov     [slide_from], ax
        mov     [slide_to], ax
        mov     si, out
        xms     0x0B
        result
        mov     si, slide               ; two bytes up, overlapping
        xms     0x0B
        result
        mov     si, back
        xms     0x0B
        result
        mov     dx, buffer
        mov     ah, 0x09
        int     0x21                    ; "exextended"
        mov     word [back], 7
        mov     si, back
        xms     0x0B
        result                          ; 0000 A7: odd
        mov     word [back], 8
        mov     word [back_handle], 0x7777
        mov     si, back
        xms     0x0B
        result                          ; 0000 A3
        mov     ax, [handle]
        mov     [back_handle], ax
        mov     word [back_offset + 2], 2
        mov     si, back
        xms     0x0B
        result                          ; 0000 A4
        newline

        mov     dx, [handle]
        xms     0x0C
        hex16   ax
        say     ' '
        hex16   dx                      ; an address above the high memory area
        hex16   bx
        say     ' '
        mov     dx, [handle]
        xms     0x0A
        result                          ; 0000 AB
        mov     dx, [handle]
        mov     bx, 128
        xms     0x0F
        result                          ; 0000 AB
        mov     dx, [handle]
        xms     0x0E
        hex8    bh                      ; 01
        say     ' '
        hex16   dx                      ; 0040
        say     ' '
        mov     dx, [handle]
        xms     0x0D
        result
        mov     dx, [handle]
        xms     0x0D
        result                          ; 0000 AA
        mov     dx, [handle]
        mov     bx, 128
        xms     0x0F
        result
        mov     dx, [handle]
        xms     0x8E
        hex16   dx                      ; 0080
        newline
        mov     dx, [handle]
        xms     0x0A
        result
        mov     dx, [handle]
        xms     0x0A
        result                          ; 0000 A2
        mov     dx, 0xFFFF
        xms     0x09
        result                          ; 0000 A0
        xms     0x77
        result                          ; 0000 80
        newline
        leave_with 0

; Whether FFFF:0510 is the same as 0000:0500.
wraps:
        push    ds
        push    0
        pop     ds
        push    word 0xFFFF
        pop     es
        mov     ax, [0x500]
        not     word [0x500]
        cmp     ax, [es:0x510]
        mov     [0x500], ax
        pop     ds
        je      .no
        say     'wraps '
        ret
.no:    say     'high '
        ret

show:   hex16   ax
        cmp     ax, 1
        je      .end
        say     '/'
        hex8    bl
.end:   say     ' '
        ret

routines

section .data
entry:  dd      0
handle: dw      0
largest: dw     0
text:   db      'extended'
buffer: db      '..........$'
out:    dd      8                       ; length, handle and offset of source, of target
        dw      0
out_source: dw  text, 0
out_handle: dw  0
        dd      0
slide:  dd      8
slide_from: dw  0
        dd      0
slide_to: dw    0
        dd      2
back:   dd      10
back_handle: dw 0
back_offset: dd 0
        dw      0
back_target: dw buffer, 0
