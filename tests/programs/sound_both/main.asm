; An OPL3 and a Sound Blaster 16 at once: eighteen voices of 440 Hz, and 1378 Hz in stereo at 22,050 Hz by auto-init DMA.
; The argument, one or two digits, is how many seconds; 1 without. With a B behind it the program does not rest between
; the interrupts. benchmarks/sound.py measures what that costs.
        org     0x100
%include "dos.inc"
%include "sb.inc"
FRAMES  equ     16 * 69
BLOCK   equ     FRAMES * 2
start:
        number_argument
        cmp     al, 'b' - '0'
        jne     .rests
        mov     byte [.wait], 0x90      ; NOP in place of HLT
.rests: jcxz    .one
        jmp     .known
.one:   mov     cx, 1
.known: imul    cx, cx, 20              ; blocks
        mov     [wanted], cx

        dsp_reset
        jc      fail
        make_tone 2 * BLOCK
        mov     di, [address]           ; in place of that tone: 16 frames, left and right the same
        mov     ax, ds
        shl     ax, 4
        sub     di, ax
        mov     cx, 2 * FRAMES
        xor     bx, bx
.frame: mov     al, [wave + bx]
        stosb
        stosb
        inc     bx
        and     bx, 15
        loop    .frame
        hook_irq7

        mov     bx, 0x0105              ; OPL3 mode, by the second bank
        mov     dx, 0x38A
        call    write
        mov     dx, 0x388
        call    voices
        mov     dx, 0x38A
        call    voices

        dsp     0xD1
        dsp     0x41
        dsp     22050 >> 8
        dsp     22050 & 0xFF
        dma_1   0x59, 2 * BLOCK
        dsp     0xC6
        dsp     0x20
        dsp     (BLOCK - 1) & 0xFF
        dsp     (BLOCK - 1) >> 8
        mov     cx, [wanted]
.wait:  hlt
        cmp     [blocks], cx
        jb      .wait
        dsp     0xDA
        mov     dx, 0x388
        call    silence
        mov     dx, 0x38A
        call    silence
        unhook_irq7
        mov     ax, 0x4C00
        int     0x21
fail:   mov     ax, 0x4C01
        int     0x21

; Nine voices of the bank whose address port is DX.
voices: mov     cx, 9
        mov     si, slots
.next:  lodsb
        mov     ah, 0
        mov     di, ax
        lea     bx, [di + 0x2120]       ; modulator and carrier: multiple 1, held
        call    write
        lea     bx, [di + 0x2123]
        call    write
        lea     bx, [di + 0x3F40]       ; only the carrier is heard, rather softly
        call    write
        lea     bx, [di + 0x2043]
        call    write
        lea     bx, [di + 0xF060]
        call    write
        lea     bx, [di + 0xF063]
        call    write
        lea     bx, [di + 0x0F80]
        call    write
        lea     bx, [di + 0x0F83]
        call    write
        mov     di, 9
        sub     di, cx
        lea     bx, [di + 0x30C0]
        call    write
        lea     bx, [di + 0x44A0]
        call    write
        lea     bx, [di + 0x32B0]
        call    write
        loop    .next
        ret
silence:
        mov     bx, 0x12B0
        mov     cx, 9
.next:  call    write
        inc     bx
        loop    .next
        ret
write:  mov     al, bl                  ; BH to register BL of the bank at DX
        out     dx, al
        inc     dx
        mov     al, bh
        out     dx, al
        dec     dx
        ret

        irq7_handler
        sb_data
wanted  dw      0
slots   db      0, 1, 2, 8, 9, 10, 16, 17, 18
wave    db      128, 152, 173, 187, 192, 187, 173, 152, 128, 104, 83, 69, 64, 69, 83, 104
buffer:
