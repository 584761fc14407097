; Upper memory: the link of INT 21h/5803h, strategies 40h and 80h, and the XMS functions 10h to 12h.
        org     0x100
%include "dos.inc"
start:
        mov     sp, 0xFFE
        mov     ah, 0x4A
        mov     bx, 0x100
        int     0x21
        must
        mov     ax, 0x5802
        int     0x21
        hex8    al                      ; 00
        say     ' '
        mov     ax, 0x5801              ; upper memory only: without the link it is conventional
        mov     bx, 0x40
        int     0x21
        must
        call    where                   ; low
        mov     ax, 0x5803
        mov     bx, 1
        int     0x21
        must
        mov     ax, 0x5802
        int     0x21
        hex8    al                      ; 01
        say     ' '
        call    where                   ; upper
        mov     ax, 0x5801              ; upper memory first
        mov     bx, 0x80
        int     0x21
        must
        call    where                   ; upper
        mov     ah, 0x48                ; more than there is up there
        mov     bx, 0x3000
        int     0x21
        must
        call    place                   ; low
        mov     es, ax
        mov     ah, 0x49
        int     0x21
        must
        mov     ax, 0x5801              ; low memory first
        mov     bx, 0
        int     0x21
        must
        call    where                   ; low
        newline

        mov     ah, 0x52                ; from the last conventional block to the one that covers the hole
        int     0x21
        mov     ax, [es:bx + 0x66]
        hex16   ax                      ; 9FFF
        say     ' '
        mov     es, ax
        mov     dl, [es:0]
        mov     ah, 2
        int     0x21
        hex16   word [es:1]             ; M0008
        newline
        mov     ax, 0x5803
        mov     bx, 0
        int     0x21
        must
        mov     ax, 0x5803
        mov     bx, 2
        int     0x21
        hex16   ax                      ; 0001: no such link
        newline

        mov     ax, 0x4310
        int     0x2F
        mov     [entry], bx
        mov     [entry + 2], es
        mov     dx, 0xFFFF
        mov     ah, 0x10
        call    far [entry]
        call    show                    ; 0000/B0
        mov     [largest], dx
        mov     ah, 0x10
        call    far [entry]
        call    show                    ; all of it
        mov     [block], bx
        mov     dx, 1
        mov     ah, 0x10
        call    far [entry]
        call    show                    ; 0000/B1
        mov     dx, [block]
        mov     bx, 0x20
        mov     ah, 0x12
        call    far [entry]
        call    show
        mov     dx, 0x20
        mov     ah, 0x10
        call    far [entry]
        call    show
        sub     bx, [block]
        hex16   bx                      ; 0021: right behind
        say     ' '
        mov     dx, [block]
        mov     bx, 0x21
        mov     ah, 0x12
        call    far [entry]
        call    show                    ; 0000/B0
        mov     dx, [block]
        mov     ah, 0x11
        call    far [entry]
        call    show
        mov     dx, [block]
        mov     ah, 0x11
        call    far [entry]
        call    show                    ; 0000/B2
        newline
        leave_with 0

; Where a block of 16 paragraphs comes to be.
where:  mov     ah, 0x48
        mov     bx, 0x10
        int     0x21
        must
        call    place
        mov     es, ax
        mov     ah, 0x49
        int     0x21
        must
        ret

place:  cmp     ax, 0xA000
        jb      .low
        say     'upper '
        ret
.low:   say     'low '
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
largest: dw     0
block:  dw      0
