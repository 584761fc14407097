; Plays 1 kHz on the Sound Blaster by auto-init DMA: a buffer of 2000 bytes at 8000 Hz, an interrupt each 1000;
; DAh ends it with the eighth block. The DMA counter moves within a block.
        org     0x100
%include "dos.inc"
%include "sb.inc"
start:
        dsp_reset
        jc      fail
        hook_irq7
        make_tone 2000
        dsp     0xD1
        dsp     0x40
        dsp     131
        dma_1   0x59, 2000
        dsp     0x48
        dsp     (1000 - 1) & 0xFF
        dsp     (1000 - 1) >> 8
        dsp     0x1C
.moves:                                 ; wait for two thirds of the first block
        out     0x0C, al
        in      al, 0x03
        mov     ah, al
        in      al, 0x03
        xchg    al, ah
        cmp     ax, 1333
        ja      .moves
        cmp     word [blocks], 0        ; seen before the block's interrupt
        jne     fail
.wait:  hlt
        cmp     word [blocks], 7
        jb      .wait
        dsp     0xDA
        mov     ax, 0x8600              ; half a second: no ninth comes
        mov     cx, 500000 >> 16
        mov     dx, 500000 & 0xFFFF
        int     0x15
        tell_blocks
