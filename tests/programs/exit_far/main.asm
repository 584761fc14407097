; An old EXE pushes its PSP's segment and a zero, and ends by a far return to INT 20h. The errorlevel is 0.
        org     0x100
start:
        push    cs
        push    word 0
        mov     ax, 0xFFFF
        retf
