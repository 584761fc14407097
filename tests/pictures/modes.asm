; Draws a test picture in one video mode by all ways a program has: the BIOS's pixels and characters, and
; the video memory itself. Assembled once for each mode: nasm -f bin -DMODE=0x12 -o 12.com modes.asm
; Modes above FFh are 256-colour modes without chain 4, made from 13h: 100h (320x240), 101h (360x480).

cpu 386
bits 16
org 0x100

X240    equ 0x100
X480    equ 0x101

%if MODE >= 0x100
        mov     ax, 0x13
%else
        mov     ax, MODE
%endif
        int     0x10
        cld

%if MODE <= 3 || MODE == 7
; --- text: all characters in all colours, no blinking, no cursor ---------------------------------------
        mov     ax, 0x1003
        xor     bx, bx
        int     0x10
        mov     ah, 1
        mov     cx, 0x2000
        int     0x10
%if MODE == 7
        mov     dx, 0x3B4               ; no underlines: DOSBox draws more of them than the VGA
        mov     ax, 0x1F14
        out     dx, ax
        push    0xB000
%else
        push    0xB800
%endif
        pop     es
        xor     di, di
        xor     ax, ax
        mov     cx, 1000
.cell:  stosw
        inc     al
        add     ah, 3
        loop    .cell
        mov     dx, 0x1805
        mov     bx, 0x004E
        call    say
%elif MODE >= 4 && MODE <= 6
        push    0xB800
        pop     es
        mov     di, 80 * 30
        mov     cx, 1000
        call    bytes
        mov     di, 0x2000 + 80 * 30
        mov     cx, 1000
        call    bytes
%if MODE == 6
        mov     bp, 1
%else
        mov     bp, 3
%endif
        call    bios
%elif MODE == 0x13
        mov     bp, 255
        call    bios
        push    0xA000
        pop     es
        mov     di, 320 * 64
        mov     cx, 320 * 100
        call    bytes
%elif MODE >= 0x100
; --- Mode X -------------------------------------------------------------------------------------------
        mov     dx, 0x3C4
        mov     ax, 0x0604              ; no chain 4
        out     dx, ax
        mov     ax, 0x0100              ; stop while the clock changes
        out     dx, ax
%if MODE == X240
        mov     al, 0xE3
%else
        mov     al, 0xE7
%endif
        mov     dx, 0x3C2
        out     dx, al
        mov     dx, 0x3C4
        mov     ax, 0x0300
        out     dx, ax
        mov     dx, 0x3D4
        mov     ax, 0x0E11              ; no protection
        out     dx, ax
        mov     si, timing
.crtc:  lodsw
        test    ax, ax
        jz      .done
        out     dx, ax
        jmp     .crtc
.done:  push    0xA000
        pop     es
        mov     dx, 0x3C4
        mov     ax, 0x0F02
        out     dx, ax
        xor     di, di
        xor     ax, ax
        mov     cx, 0x8000
        rep     stosw
        mov     ax, 0x0102
.plane: out     dx, ax                  ; plane by plane
        push    ax
        mov     di, 20
        mov     cx, 20000
        mov     al, ah
        mul     ah
.byte:  stosb
        add     al, 3
        loop    .byte
        pop     ax
        shl     ah, 1
        cmp     ah, 0x10
        jne     .plane
        mov     ax, 0x0102              ; a page turned: the picture starts at line 2
        mov     dx, 0x3D4
        mov     al, 0x0D
        mov     ah, 160
        out     dx, ax
%else
; --- planes -------------------------------------------------------------------------------------------
        mov     bp, 15
        call    bios
        push    0xA000
        pop     es
        mov     dx, 0x3C4
        mov     ax, 0x0102
.plane: out     dx, ax                  ; write mode 0, one plane each
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
        mov     dx, 0x3CE
        mov     ax, 0x0205              ; write mode 2 through a bit mask, exclusive or with the latches
        out     dx, ax
        mov     ax, 0x3C08
        out     dx, ax
        mov     ax, 0x1803
        out     dx, ax
        mov     di, 80 * 40
        mov     cx, 640
.mask:  mov     al, [es:di]
        mov     ax, di
        stosb
        loop    .mask
        mov     ax, 0x0003
        out     dx, ax
        mov     ax, 0xFF08
        out     dx, ax
        mov     ax, 0x0105              ; write mode 1: a copy of all planes
        out     dx, ax
        push    ds
        push    es
        pop     ds
        mov     si, 80 * 38
        mov     di, 80 * 60
        mov     cx, 80 * 6
        rep     movsb
        pop     ds
        mov     ax, 0x0305              ; write mode 3 with set/reset
        out     dx, ax
        mov     ax, 0x0900
        out     dx, ax
        mov     di, 80 * 70
        mov     cx, 640
.three: mov     ah, [es:di]
        mov     ax, di
        stosb
        loop    .three
        mov     ax, 0x0005
        out     dx, ax
        mov     ax, 0x0000
        out     dx, ax
%endif

halt:   hlt
        jmp     halt

%if MODE > 3 && MODE != 7 && MODE < 0x100
; --- the BIOS: pixels of all colours up to BP on a slope, and characters --------------------------------
bios:   xor     si, si
.pixel: mov     cx, si
        mov     dx, si
        shr     dx, 2
        add     dx, 20
        mov     ax, si
        and     ax, bp
        mov     ah, 0x0C
        xor     bx, bx
        int     0x10
        inc     si
        cmp     si, 300
        jne     .pixel
        mov     dx, 0x0001
        mov     bx, 0x0003
        call    say
        mov     dx, 0x0108
        mov     bx, 0x0083              ; exclusive or, but colour 83h in mode 13h
        call    say
        mov     dx, 0x0109
        mov     bx, 0x0081
        call    say
        ret
%endif

%include "picture.inc"

text:   db      'Planes & pixels ', 0x01, 0xB2, 0xE0, 0

%if MODE == X240
timing: dw      0x0D06, 0x3E07, 0x4109, 0xEA10, 0xAC11, 0xDF12, 0x0014, 0xE715, 0x0616, 0xE317, 0
%elif MODE == X480
timing: dw      0x6B00, 0x5901, 0x5A02, 0x8E03, 0x5E04, 0x8A05, 0x0D06, 0x3E07, 0x4009, 0xEA10, 0xAC11, 0xDF12, 0x2D13
        dw      0x0014, 0xE715, 0x0616, 0xE317, 0
%endif
