; INT 31h/0300h from protected mode to a handler of real mode.
%include "client.inc"
        rounds  600000, 500
        xor     ax, ax
        mov     es, ax
        mov     word [es:0x60 * 4], handler
        mov     [es:0x60 * 4 + 2], cs
        push    ds
        pop     es
        to_client
        mov     ax, [real_cs]
        mov     [call_regs + 0x24], ax
        mov     edi, call_regs
again:  mov     bx, 0x60
        xor     cx, cx
        mov     ax, 0x0300
        int     0x31
        jc      over
        dec     dword [amount]
        jnz     again
over:   client_finish 'realint', 600000, 500
handler:
        inc     dword [cs:done]
        iret
        routines
        client_data
