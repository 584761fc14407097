; From protected to real mode and back by a DPMI host's raw switches (INT 31h/0306h).
%include "client.inc"
        rounds  1200000, 500
        to_client
        mov     ax, 0x0306
        int     0x31
        mov     [to_protected], cx
        mov     [to_protected + 2], bx
        mov     [to_real], edi
        mov     [to_real + 4], si
again:  mov     ax, [real_cs]
        mov     cx, ax
        mov     dx, ax
        mov     si, ax
        mov     ebx, esp
        mov     edi, in_real
        jmp     dword far [to_real]
in_real:
        inc     dword [done]
        mov     ax, [own_ds]
        mov     cx, ax
        mov     dx, ax
        mov     si, [own_cs]
        movzx   ebx, sp
        mov     edi, in_protected
        jmp     far [to_protected]
in_protected:
        dec     dword [amount]
        jnz     again
        client_finish 'rawswit', 1200000, 500
        routines
        client_data
        align   4
to_protected:   dd 0
to_real:        dd 0
                dw 0
