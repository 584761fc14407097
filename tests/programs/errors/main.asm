; The errors of wrong calls, and 59h's account of the last one.
        org     0x100
%include "dos.inc"
start:
%macro wrong 0
        jnc     bad
        hex16   ax
        newline
%endmacro
        mov     ax, 0x3D00
        mov     dx, nofile
        int     0x21
        wrong                           ; 0002
        mov     ah, 0x59
        xor     bx, bx
        push    ds
        push    es
        int     0x21
        pop     es
        pop     ds
        hex16   ax                      ; 0002
        say     ' '
        mov     al, bh
        hex8    al                      ; 08, not found
        newline
        mov     ax, 0x3D00
        mov     dx, nopath
        int     0x21
        wrong                           ; 0003
        mov     ah, 0x3E
        mov     bx, 77
        int     0x21
        wrong                           ; 0006
        mov     ah, 0x3F
        mov     cx, 1
        mov     dx, buffer
        int     0x21
        wrong                           ; 0006
        mov     ax, 0x3D00
        mov     dx, nodrive
        int     0x21
        wrong                           ; 0003
        mov     ax, 0x4300
        mov     dx, nofile
        int     0x21
        wrong                           ; 0002
        mov     ax, 0x42FF
        mov     bx, 1
        int     0x21
        wrong                           ; 0001
        leave_with 0
bad:    say     'no error', 13, 10
        leave_with 1
routines
nofile: db      'NOFILE.TXT', 0
nopath: db      'NO\PATH\FILE.TXT', 0
nodrive: db     'Y:\FILE.TXT', 0
buffer: db      0
