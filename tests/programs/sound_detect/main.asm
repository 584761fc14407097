; Asks the Sound Blaster what it is: reset, E0h, E1h, E4h/E8h, the DMA byte of E2h, the interrupts of F2h.
        org     0x100
%include "dos.inc"
%include "sb.inc"
start:
        dsp_reset
        jc      fail
        dsp     0xE0
        dsp     0x5A
        call    read
        cmp     al, 0xA5
        jne     fail
        dsp     0xE4
        dsp     0x77
        dsp     0xE8
        call    read
        cmp     al, 0x77
        jne     fail
        dsp     0xE1
        call    read
        add     [version], al
        call    read
        add     [version + 2], al
        hook_irq7
        dsp     0xF2
        mov     cx, 0xFFFF
.wait:  cmp     word [blocks], 0
        jne     .came
        loop    .wait
        jmp     fail
.came:  unhook_irq7
        mov     dx, text
        mov     ah, 9
        int     0x21
        mov     ax, 0x4C00
        int     0x21
fail:   mov     ax, 0x4C01
        int     0x21

read:   mov     dx, SB + 0xE
.wait:  in      al, dx
        test    al, 0x80
        jz      .wait
        mov     dx, SB + 0xA
        in      al, dx
        ret

        irq7_handler
        sb_data
text    db      "DSP "
version db      "0.0", 13, 10, "$"
buffer:
