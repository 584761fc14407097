; The mouse driver: reset, the text cursor, an event handler called from the interrupt, counts, movement, ranges.
; test.toml moves the mouse by 80 mickeys, clicks left, and presses right, which ends the program.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x3533
        int     0x21
        mov     ax, es
        or      ax, bx
        jz      none
        cmp     byte [es:bx], 0xCF      ; an IRET: nobody there
        je      none
        mov     ax, 0
        int     0x33
        hex16   ax                      ; FFFF
        say     ' '
        hex16   bx                      ; 0003
        newline
        mov     ax, 0x24
        int     0x33
        hex16   bx                      ; 0805
        say     ' '
        hex16   cx                      ; 0400
        newline
        mov     ax, 3
        int     0x33
        call    place                   ; in the middle
        call    cell                    ; 0720
        mov     ax, 1
        int     0x33
        call    cell                    ; 7020: the cell the other way round
        mov     ax, 2
        int     0x33
        call    cell
        newline

        push    cs
        pop     es
        mov     dx, handler
        mov     cx, 0x7F
        mov     ax, 0x0C
        int     0x33
.wait:  hlt
        cmp     byte [done], 0
        je      .wait

        mov     si, log
.next:  lodsw
        cmp     si, [end]
        ja      .told
        hex16   ax                      ; events, buttons, column, row
        say     ' '
        lodsw
        hex16   ax
        say     ' '
        lodsw
        mov     cx, ax
        lodsw
        mov     dx, ax
        call    place
        newline
        jmp     .next
.told:
        mov     bx, 0
        mov     ax, 5
        int     0x33
        hex16   ax                      ; 0002: the right one is held
        say     ' '
        hex16   bx                      ; 0001 press of the left one
        say     ' '
        call    place
        mov     bx, 0
        mov     ax, 5
        int     0x33
        hex16   bx                      ; 0000: told already
        newline
        mov     ax, 0x0B
        int     0x33
        call    place                   ; 0050 0000
        mov     ax, 0x0B
        int     0x33
        call    place                   ; nothing since
        newline

        mov     ax, 7                   ; ranges move the pointer
        mov     cx, 100
        mov     dx, 10
        int     0x33
        mov     ax, 3
        int     0x33
        call    place                   ; 0060: 100, in steps of 8
        mov     ax, 0x31
        int     0x33
        hex16   ax                      ; 000A
        say     ' '
        hex16   cx                      ; 0064
        newline

        mov     ax, 0x0013              ; the whole screen again, in steps of 2
        int     0x10
        mov     ax, 0x04
        mov     cx, 321
        mov     dx, 99
        int     0x33
        mov     ax, 3
        int     0x33
        push    cx
        push    dx
        mov     ax, 0x0003
        int     0x10
        pop     dx
        pop     cx
        call    place                   ; 0140 0063
        newline
        leave_with 0
none:   say     'no driver', 13, 10
        leave_with 1

; Called far, in the interrupt: AX events, BX buttons, CX column, DX row.
handler:
        push    ds
        push    di
        push    cs
        pop     ds
        mov     di, [end]
        mov     [di], ax
        mov     [di + 2], bx
        mov     [di + 4], cx
        mov     [di + 6], dx
        add     word [end], 8
        test    ax, 8
        jz      .more
        mov     byte [done], 1
.more:  mov     ax, 0x1111              ; registers are the driver's to keep
        mov     bx, ax
        pop     di
        pop     ds
        retf

place:  hex16   cx
        say     ' '
        hex16   dx
        say     ' '
        ret

; The cell in the middle of the screen.
cell:   push    es
        push    word 0xB800
        pop     es
        mov     ax, [es:(12 * 80 + 40) * 2]
        pop     es
        hex16   ax
        say     ' '
        ret

routines

section .data
done:   db      0
end:    dw      log
log:    times 64 dw 0
