; Draws a test picture on an adapter other than a VGA, by the BIOS and by the video memory itself. Assembled once for
; each adapter and mode: nasm -f bin -DADAPTER=CGA -DMODE=0x04 -o cga_04.com adapters.asm
; Modes above FFh are made by programming: 104h (mode 4, palette 0, bright, on blue), 105h (mode 4, scrolled by the start
; address), 110h (160x100 in 16 colours out of text), 120h (Hercules graphics, page 1).

cpu 186
bits 16
org 0x100

CGA     equ 1
EGA     equ 2
HERCULES equ 3
TANDY   equ 4
PCJR    equ 5

%if MODE == 0x104 || MODE == 0x105
        mov     ax, 4
%elif MODE == 0x110
        mov     ax, 3
%elif MODE == 0x120
        mov     ax, 7
%else
        mov     ax, MODE
%endif
        int     0x10
        cld

%if MODE <= 3 || MODE == 7
        mov     ah, 1
        mov     cx, 0x2000
        int     0x10
%if MODE == 7
        push    0xB000
%else
%if ADAPTER == EGA
        mov     dx, 0x3DA
        in      al, dx
        mov     dx, 0x3C0
        mov     al, 0x06                ; brown, which DOSBox's BIOS has no register for
        out     dx, al
        mov     al, 0x14
        out     dx, al
        mov     al, 0x10                ; bright backgrounds
        out     dx, al
        mov     al, 0
        out     dx, al
        mov     al, 0x20
        out     dx, al
%elif ADAPTER == PCJR
        mov     dx, 0x3DA
        in      al, dx
        mov     al, 3
        out     dx, al
        mov     al, 0
        out     dx, al
%else
        mov     dx, 0x3D8               ; bright backgrounds
        mov     al, 0x08 + (MODE >> 1)
        out     dx, al
%endif
        push    0xB800
%endif
        pop     es
        xor     di, di
        xor     ax, ax
        mov     cx, 1000
.cell:  stosw
        inc     al
        add     ah, 3
%if MODE == 7
        and     ah, 0x7F                ; nothing blinks
%endif
        loop    .cell
        mov     dx, 0x1805
        mov     bx, 0x004E
        call    say
%elif MODE == 0x110
        mov     dx, 0x3D8
        mov     al, 0x09                ; 80 columns, no blinking
        out     dx, al
        mov     dx, 0x3D4
        mov     ax, 0x7F04              ; 128 rows of two lines, 100 shown
        out     dx, ax
        mov     ax, 0x6406
        out     dx, ax
        mov     ax, 0x7007
        out     dx, ax
        mov     ax, 0x0109
        out     dx, ax
        push    0xB800
        pop     es
        xor     di, di
        mov     cx, 8000
        xor     bl, bl
.dot:   mov     al, 0xDE                ; the right half of the cell
        mov     ah, bl
        stosw
        add     bl, 7
        loop    .dot
%elif MODE == 0x120
        mov     dx, 0x3BF
        mov     al, 3
        out     dx, al
        mov     dx, 0x3B8
        mov     al, 2
        out     dx, al
        mov     dx, 0x3B4
        mov     si, graphics
        mov     cx, 12
        xor     ah, ah
.crtc:  mov     al, ah
        out     dx, al
        inc     dx
        lodsb
        out     dx, al
        dec     dx
        inc     ah
        loop    .crtc
        push    0xB800
        pop     es
        xor     di, di
        xor     ax, ax
        mov     cx, 0x4000
        rep     stosw
        mov     di, 90 * 10
        mov     cx, 2000
        call    bytes
        mov     di, 0x2000 + 90 * 20
        mov     cx, 3000
        call    bytes
        mov     di, 0x4000 + 90 * 20
        mov     cx, 2500
        call    bytes
        mov     di, 0x6000 + 90 * 5
        mov     cx, 6000
        call    bytes
        mov     dx, 0x3B8
        mov     al, 0x8A                ; page 1
        out     dx, al
%elif MODE == 0x0D || MODE == 0x0E || MODE == 0x10
        mov     bp, 15
        call    bios
        push    0xA000
        pop     es
        mov     dx, 0x3C4
        mov     ax, 0x0102
.plane: out     dx, ax
        push    ax
        mov     di, 80 * 30
        mov     cx, 80 * 20
        mov     al, ah
.byte:  stosb
        add     al, 7
        loop    .byte
        pop     ax
        shl     ah, 1
        cmp     ah, 0x10
        jne     .plane
        mov     ax, 0x0F02
        out     dx, ax
        mov     ax, 0x1000              ; palette register 3: 2Ah
        mov     bx, 0x2A03
        int     0x10
        mov     ax, 0x1000
        mov     bx, 0x1405
        int     0x10
        mov     ax, 0x1000              ; brown, which DOSBox's BIOS has no register for
        mov     bx, 0x1406
        int     0x10
%else
        push    0xB800
        pop     es
        mov     di, 80 * 30
        mov     cx, 1000
        call    bytes
        mov     di, 0x2000 + 80 * 30
        mov     cx, 1000
        call    bytes
%if MODE == 9 || MODE == 0x0A
        mov     di, 0x4000 + 80 * 30
        mov     cx, 2000
        call    bytes
        mov     di, 0x6000 + 80 * 30
        mov     cx, 3000
        call    bytes
%endif
        mov     bp, 15
        call    bios
%if MODE >= 8 && MODE <= 0x0A
        mov     ax, 0x1000              ; palette register 3: bright red
        mov     bx, 0x0C03
        int     0x10
%endif
%if MODE == 0x104
        mov     ah, 0x0B
        mov     bx, 0x0100              ; green, red, brown
        int     0x10
        mov     ah, 0x0B
        mov     bx, 0x0011              ; bright, on blue
        int     0x10
%elif MODE == 0x105
        mov     dx, 0x3D4
        mov     ax, 0x010C
        out     dx, ax
        mov     ax, 0x900D
        out     dx, ax
%endif
%endif

halt:   hlt
        jmp     halt

; Pixels of all colours up to BP on a slope, and characters, as one does it with a BIOS.
bios:   xor     si, si
.pixel: mov     cx, si
        mov     dx, si
        shr     dx, 1
        shr     dx, 1
        add     dx, 20
        mov     ax, si
        and     ax, bp
        mov     ah, 0x0C
        xor     bx, bx
        int     0x10
        inc     si
%if MODE == 8
        cmp     si, 150
%else
        cmp     si, 300
%endif
        jne     .pixel
        mov     dx, 0x0001
        mov     bx, 0x0003
        call    say
        mov     dx, 0x0103
        mov     bx, 0x0083
        call    say
        ret

%include "picture.inc"

text:   db      'Colours & dots', 0x01, 0xB2, 0xE0, 0

%if MODE == 0x120
graphics: db    0x35, 0x2D, 0x2E, 0x07, 0x5B, 0x02, 0x57, 0x57, 0x02, 0x03, 0x00, 0x00
%endif
