; INT 31h/0301h to a procedure of real mode, which calls a callback into protected mode (0303h).
%include "client.inc"
        rounds  400000, 500
        to_client
        push    ds
        pop     es
        push    ds
        push    cs
        pop     ds
        mov     esi, called_back
        mov     edi, back_regs
        mov     ax, 0x0303
        int     0x31
        pop     ds
        jc      over
        mov     [callback], dx
        mov     [callback + 2], cx
        mov     edi, call_regs
        mov     ax, [real_cs]
        mov     [call_regs + 0x24], ax
        mov     [call_regs + 0x2C], ax
        mov     word [call_regs + 0x2A], procedure
again:  xor     cx, cx
        xor     bx, bx
        mov     ax, 0x0301
        int     0x31
        jc      over
        dec     dword [amount]
        jnz     again
over:   client_finish 'callback', 400000, 500
procedure:
        call    far [cs:callback]
        retf
called_back:                            ; DS:ESI stack of real mode, ES:EDI its registers
        cld
        lodsd
        mov     [es:edi + 0x2A], eax    ; back to IP and CS behind the call
        add     word [es:edi + 0x2E], 4
        inc     dword [es:done]
        o32 iret
        routines
        client_data
        align   4
callback:       dd 0
back_regs:      times 0x34 db 0
