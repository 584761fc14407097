; INT 21h/09h writes up to the dollar sign; the program ends by INT 20h with errorlevel 0.
        org     0x100
start:
        mov     dx, text
        mov     ah, 0x09
        int     0x21
        int     0x20
text:   db      'Hello from 09h!', 13, 10, '$', 'never shown'
