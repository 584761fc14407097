; Find first and find next over a folder of 2,000 files, 50 times.
%include "bench.inc"
%include "files.inc"
%define FILES 2000
        rounds  50, 1
        mov     dx, folder
        dos     0x39
        mov     bp, FILES
.make:  call    number
        mov     dx, name
        xor     cx, cx
        dos     0x3C
        mov     bx, ax
        dos     0x3E
        dec     bp
        jnz     .make
        mov     ebx, [amount]
        xor     esi, esi
.round: mov     dx, all
        xor     cx, cx
        dos     0x4E
.next:  inc     esi
        mov     ah, 0x4F
        int     0x21
        jnc     .next
        dec     ebx
        jnz     .round
        mov     bp, FILES
.gone:  call    number
        mov     dx, name
        dos     0x41
        dec     bp
        jnz     .gone
        mov     dx, folder
        dos     0x3A
        imul    edi, [amount], FILES
        finish  'ffind', esi, edi

; The number in BP as the name of a file.
number: mov     ax, bp
        mov     bx, 10
        mov     di, digits + 3
.digit: xor     dx, dx
        div     bx
        add     dl, '0'
        mov     [di], dl
        dec     di
        cmp     di, digits
        jae     .digit
        ret
file_routines
routines
folder: db      'FOLDER', 0
all:    db      'FOLDER\*.*', 0
name:   db      'FOLDER\NAME'
digits: db      '0000.TXT', 0
