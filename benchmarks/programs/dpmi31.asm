; Small functions of INT 31h: versions, the interrupt flag, a segment's base.
%include "client.inc"
        rounds  300000, 500
        to_client
again:  mov     ax, 0x0400
        int     0x31
        jc      over
        mov     ax, 0x0900
        int     0x31
        mov     ax, 0x0901
        int     0x31
        mov     bx, [own_ds]
        mov     ax, 0x0006
        int     0x31
        jc      over
        inc     dword [done]
        dec     dword [amount]
        jnz     again
over:   client_finish 'dpmi31', 300000, 500
        routines
        client_data
