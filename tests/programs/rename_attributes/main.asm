; Rename, attributes and the time stamp of a file.
        org     0x100
%include "dos.inc"
start:
        mov     ah, 0x3C
        xor     cx, cx
        mov     dx, old
        int     0x21
        must
        mov     bx, ax
        mov     ax, 0x5701              ; 14 July 1989, 12:34:56
        mov     cx, (12 << 11) | (34 << 5) | (56 / 2)
        mov     dx, ((1989 - 1980) << 9) | (7 << 5) | 14
        int     0x21
        must
        mov     ah, 0x3E
        int     0x21
        must
        mov     ah, 0x56
        mov     dx, old
        mov     di, new
        int     0x21
        must
        mov     ax, 0x4300
        mov     dx, old
        int     0x21
        hex16   ax                      ; 0002: gone
        newline
        mov     ax, 0x3D00
        mov     dx, new
        int     0x21
        must
        mov     bx, ax
        mov     ax, 0x5700
        int     0x21
        must
        hex16   cx
        say     ' '
        hex16   dx
        newline
        mov     ah, 0x3E
        int     0x21
        mov     ax, 0x4301              ; read only
        mov     cx, 1
        mov     dx, new
        int     0x21
        must
        mov     ax, 0x3D01
        int     0x21
        hex16   ax                      ; 0005
        newline
        mov     ah, 0x41
        int     0x21
        hex16   ax                      ; 0005
        newline
        mov     ax, 0x4301
        xor     cx, cx
        int     0x21
        must
        mov     ah, 0x41
        int     0x21
        must
        leave_with 0
routines
old:    db      'OLD.TXT', 0
new:    db      'NEW.TXT', 0
