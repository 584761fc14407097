; Writes an MZ overlay to disk, loads it with 4B03h at a segment of its own, and calls it.
        org     0x100
%include "dos.inc"
start:
        mov     ah, 0x3C
        xor     cx, cx
        mov     dx, name
        int     0x21
        must
        mov     bx, ax
        mov     ah, 0x40
        mov     cx, overlay_end - overlay
        mov     dx, overlay
        int     0x21
        must
        mov     ah, 0x3E
        int     0x21
        mov     ax, cs
        add     ax, 0x1000
        mov     [block], ax
        mov     [block + 2], ax
        mov     [entry + 2], ax
        mov     ax, 0x4B03
        mov     bx, block
        mov     dx, name
        int     0x21
        must
        mov     ax, 0x1234
        call    far [entry]
        hex16   ax                      ; what the overlay made of it
        newline
        sub     bx, [block]             ; its relocated segment
        hex16   bx
        newline
        leave_with 0
routines
name:   db      'PART.OVL', 0
block:  dw      0, 0
entry:  dw      0, 0
        align   16
overlay:
        db      'MZ'
        dw      overlay_end - overlay, 1, 1, 2, 0, 0xFFFF, 0, 0, 0, 0, 0, 28, 1
        dw      1, 0                    ; the word at 0000:0001 is a segment
.code:  mov     bx, 2                   ; B8+reg, then the word
        inc     ax
        retf
        align   16
overlay_end:
