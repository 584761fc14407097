; The dates of what a program makes are those of DOS's clock: of a new file at once, of a written one when it is closed.
        org     0x100
%include "dos.inc"
%macro set_clock 2                            ; set the clock to hour, minute
        mov     ah, 0x2D
        mov     cx, (%1) << 8 | (%2)
        mov     dx, 20 << 8
        int     0x21
%endmacro
%macro of_handle 0                      ; the date and time of the open file
        mov     ax, 0x5700
        mov     bx, [handle]
        int     0x21
        must
        hex16   dx
        hex16   cx
        newline
%endmacro
%macro listed 1                         ; those of a name
        mov     dx, %1
        call    list
%endmacro
%macro reopen 1
        mov     ax, 0x3D00 | (%1)
        mov     dx, name
        int     0x21
        must
        mov     [handle], ax
%endmacro
%macro write 0
        mov     ah, 0x40
        mov     bx, [handle]
        mov     cx, 4
        mov     dx, name
        int     0x21
        must
%endmacro
%macro close 0
        mov     ah, 0x3E
        mov     bx, [handle]
        int     0x21
        must
%endmacro
start:
        set_clock 10, 0
        mov     ah, 0x39
        mov     dx, folder
        int     0x21
        must
        mov     ah, 0x3C
        xor     cx, cx
        mov     dx, name
        int     0x21
        must
        mov     [handle], ax
        listed  name                    ; 10:00
        set_clock 11, 0
        write
        listed  name                    ; 10:00
        close
        listed  name                    ; 11:00
        set_clock 12, 0
        reopen  0
        of_handle                       ; 11:00
        close
        reopen  2
        write
        mov     ah, 0x68
        mov     bx, [handle]
        int     0x21
        must
        listed  name                    ; 12:00
        mov     ax, 0x5701
        mov     bx, [handle]
        mov     cx, 9 << 11
        mov     dx, 13 << 9 | 2 << 5 | 1
        int     0x21
        must
        close
        listed  name                    ; what was said
        set_clock 13, 0
        mov     ah, 0x56
        mov     dx, name
        mov     di, other
        int     0x21
        must
        listed  other                   ; as before

        mov     ax, 0x3D01
        mov     dx, other
        int     0x21
        must
        mov     [handle], ax
        write
        close
        listed  other                   ; 13:00
        listed  folder                  ; 10:00
        set_clock 14, 0
        mov     ah, 0x3C                ; emptied
        xor     cx, cx
        mov     dx, other
        int     0x21
        must
        mov     [handle], ax
        of_handle                       ; 14:00
        close
; What else a program is told of its drive goes to memory, for those who compare it.
        push    ds
        pop     es
        mov     ah, 0x5A
        xor     cx, cx
        mov     dx, place
        int     0x21
        must
        mov     dx, deep
        mov     ah, 0x39
        int     0x21
        must
        mov     ax, 0x716C
        mov     bx, 2
        xor     cx, cx
        mov     dx, 0x12
        mov     si, long_name
        xor     di, di
        int     0x21
        must
        mov     bx, ax
        mov     ax, 0x5704
        int     0x21
        mov     [seen], cx
        mov     [seen + 2], dx
        mov     ah, 0x41
        mov     dx, old
        int     0x21
        mov     ax, 0x7303
        mov     dx, place
        mov     di, space
        mov     cx, 0x40
        int     0x21
        must
        mov     ax, 0x6900
        mov     bl, 0
        mov     dx, serial
        int     0x21
        must
        mov     bp, data
        mov     ah, 0x1A
        mov     dx, data
        int     0x21
        mov     ah, 0x4E
        mov     dx, everything
.next:  mov     cx, 0x37
        int     0x21
        jc      .end
        add     bp, 44
        mov     ah, 0x1A
        mov     dx, bp
        int     0x21
        mov     si, bp
        sub     si, 44
        mov     di, bp
        mov     cx, 22
        rep     movsw
        mov     ah, 0x4F
        jmp     .next
.end:   leave_with 0

list:   push    dx
        mov     ah, 0x1A
        mov     dx, data
        int     0x21
        pop     dx
        mov     ah, 0x4E
        mov     cx, 0x17
        int     0x21
        must
        hex16   [data + 0x18]
        hex16   [data + 0x16]
        newline
        ret
        routines
        section .data
name:   db      'NEW.TXT', 0
other:  db      'OTHER.TXT', 0
old:    db      'OLD.TXT', 0
folder: db      'FOLDER', 0
deep:   db      'FOLDER\DEEP', 0
long_name: db   'Long name of a file.txt', 0
everything: db  '*.*', 0
place:  db      'C:\', 0
        times 16 db 0
        section .bss
handle: resw    1
seen:   resw    2
serial: resb    26
space:  resb    64
data:   resb    44 * 20
