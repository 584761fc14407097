; 32-bit arithmetic and the coprocessor in real mode.
        org     0x100
%include "dos.inc"
start:
        mov     eax, 123456789
        mov     ebx, 1000
        mul     ebx
        mov     ecx, 1000000
        div     ecx                     ; 123456
        cmp     eax, 123456
        jne     bad
        cmp     edx, 789000
        jne     bad
        mov     eax, 0x12345678
        bswap   eax
        cmp     eax, 0x78563412
        jne     bad
        bsf     ecx, eax
        number  cx                      ; 1
        newline
        fninit
        fld     dword [half]
        fadd    dword [quarter]
        fmul    dword [hundred]
        fistp   word [result]
        number  word [result]           ; 75
        newline
        leave_with 0
bad:    leave_with 1
routines
half:   dd      0.5
quarter: dd     0.25
hundred: dd     100.0
result: dw      0
