; Races the beam: the whole screen shows one row of memory (CRTC 13h is 0), whose first byte is changed before each scan line
; and holds the number of the picture's line then. nasm -f bin -DMODE=0x13 -o race13.com race.asm
; A program that is interrupted by nothing else, and has more than 3 instructions a microsecond to run, keeps up.

cpu 386
bits 16
org 0x100

%if MODE == 3
BYTE0   equ 1                           ; the attribute
%define SHIFT 0
%else
BYTE0   equ 0
%define SHIFT (MODE < 0x100)            ; lines are scanned twice
%endif
%if MODE < 0x100
LINES   equ 400
        mov     ax, MODE
%else
LINES   equ 480
        mov     ax, 0x4F02
        mov     bx, MODE
%endif
        int     0x10
%if MODE == 3
        mov     ax, 0x1003              ; bright backgrounds in place of blinking
        xor     bx, bx
        int     0x10
        push    word 0xB800
%else
        push    word 0xA000
%endif
        pop     es
        mov     dx, 0x3D4
        mov     ax, 0x0013
        out     dx, ax
        cli
        mov     dl, 0xDA
.frame: in      al, dx
        test    al, 8
        jz      .frame
        mov     byte [es:BYTE0], 0
        xor     cx, cx
.line:  in      al, dx                  ; in the display
        test    al, 1
        jnz     .line
.shown: in      al, dx                  ; behind it
        test    al, 1
        jz      .shown
        inc     cx
        mov     ax, cx
        shr     ax, SHIFT
        mov     [es:BYTE0], al
        cmp     cx, LINES
        jb      .line
        jmp     .frame
