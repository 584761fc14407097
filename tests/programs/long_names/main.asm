; INT 21h/71xx: makes a file with a long name, finds it under both names, renames and deletes it.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x7139
        mov     dx, folder
        int     0x21
        must
        mov     ax, 0x713B
        mov     dx, folder
        int     0x21
        must
        mov     ax, 0x716C
        mov     bx, 2
        xor     cx, cx
        mov     dx, 0x12
        mov     si, name
        xor     di, di
        int     0x21
        must
        say     'did '
        number  cx
        newline
        mov     bx, ax
        mov     ah, 0x40
        mov     cx, 5
        mov     dx, name
        int     0x21
        must
        mov     ah, 0x3E
        int     0x21
        must
        mov     ax, 0x714E
        mov     cx, 0x20
        mov     dx, pattern
        mov     di, found
        mov     si, 1
        int     0x21
        must
        mov     bx, ax
        mov     si, found + 0x2C
        call    show
        mov     si, found + 0x130
        call    show
        number  [found + 0x20]
        newline
        mov     ax, 0x714F
        mov     si, 1
        int     0x21
        hex16   ax
        newline
        mov     ax, 0x71A1
        int     0x21
        must
        mov     ax, 0x7147
        mov     dl, 0
        mov     si, found
        int     0x21
        must
        call    show
        mov     ax, 0x7160
        mov     cx, 1
        mov     si, name
        mov     di, found
        int     0x21
        must
        mov     si, found
        call    show
        mov     ax, 0x7156
        mov     dx, found
        mov     di, other
        int     0x21
        must
        mov     ax, 0x7141
        mov     dx, other
        mov     si, 0
        int     0x21
        must
        mov     ax, 0x713B
        mov     dx, root
        int     0x21
        must
        mov     ax, 0x713A
        mov     dx, folder
        int     0x21
        must
        leave_with 0

show:   push    ax                      ; the text at SI and a new line
        push    dx
.each:  lodsb
        test    al, al
        jz      .done
        mov     dl, al
        mov     ah, 0x02
        int     0x21
        jmp     .each
.done:  newline
        pop     dx
        pop     ax
        ret
        routines
section .data
folder: db      'A folder for long names', 0
name:   db      'Letter to Mr. Smith.document', 0
pattern: db     'letter*smith.*', 0
other:  db      'Another name.text', 0
root:   db      '\', 0
section .bss
found:  resb    400
