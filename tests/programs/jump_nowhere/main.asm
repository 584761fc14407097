; A far jump into memory that nobody has written.
        org     0x100
start:
        jmp     0x9000:0
