; INT 60h in protected mode, which nobody took there: the host has real mode's handler do it.
%include "client.inc"
        rounds  600000, 500
        xor     ax, ax
        mov     es, ax
        mov     word [es:0x60 * 4], handler
        mov     [es:0x60 * 4 + 2], cs
        push    ds
        pop     es
        to_client
again:  int     0x60
        dec     dword [amount]
        jnz     again
        client_finish 'reflect', 600000, 500
handler:
        inc     dword [cs:done]
        iret
        routines
        client_data
