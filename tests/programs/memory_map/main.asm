; INT 15h while XMS has all extended memory: the sizes are 0, and the memory map is not there, since extenders (DOS/32A) take
; what it tells from 1 MB on for free, and ask on until it tells of some.
        org     0x100
%include "dos.inc"

start:
        mov     ah, 0x88
        int     0x15
        hex16   ax                      ; 0000
        newline
        mov     ax, 0xE801
        int     0x15
        hex16   ax                      ; 0000
        say     ' '
        hex16   bx                      ; 0000
        newline
        xor     ebx, ebx
        mov     si, 16                  ; entries that are asked for, at most
.next:
        mov     eax, 0xE820
        mov     ecx, 20
        mov     edx, 0x534D4150         ; "SMAP"
        mov     di, entry
        int     0x15
        jc      .none
        cmp     dword [entry], 0x100000
        je      .free
        dec     si
        jnz     .next
        say     'for ever'
        jmp     .done
.free:
        say     'not free'
        jmp     .done
.none:
        say     'no map'
.done:
        newline
        leave_with 0

        routines

entry:  times 20 db 0
