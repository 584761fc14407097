; Plays 1 kHz on the Sound Blaster in four single-cycle blocks of 2000 bytes at 8000 Hz: one interrupt each.
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
.block:
        dma_1   0x49, 2000
        dsp     0x14
        dsp     (2000 - 1) & 0xFF
        dsp     (2000 - 1) >> 8
        mov     bx, [blocks]
.wait:  hlt
        cmp     bx, [blocks]
        je      .wait
        cmp     word [blocks], 4
        jb      .block
        tell_blocks
