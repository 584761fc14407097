; The bundled demo: colours, a title, and a ball that bounces with the timer. A key or six seconds end it.
; Where standard output is no console (a pipe, a file), it says a few lines through DOS instead.
;
; Build: nasm -f bin -o demo.com demo.asm

        cpu     8086
        org     100h

COLUMNS equ     80
ROWS    equ     25
TICKS   equ     110                     ; of 18.2 a second: six seconds

start:  mov     ax, 4400h               ; IOCTL: what is handle 1?
        mov     bx, 1
        int     21h
        jc      plain
        test    dl, 80h                 ; a device?
        jz      plain
        test    dl, 02h                 ; the console's output?
        jnz     colour

plain:  mov     dx, words
        mov     ah, 09h
        int     21h
        mov     ax, 4C00h
        int     21h

colour: mov     ax, 0003h
        int     10h
        mov     ah, 01h                 ; no cursor
        mov     cx, 2000h
        int     10h
        mov     ax, 0B800h
        mov     es, ax
        cld
        call    backdrop
        mov     si, title
        mov     di, (6 * COLUMNS + (COLUMNS - TITLE_LENGTH) / 2) * 2
        mov     ah, 1Fh
        call    print
        mov     si, subtitle
        mov     di, (8 * COLUMNS + (COLUMNS - SUBTITLE_LENGTH) / 2) * 2
        mov     ah, 17h
        call    print
        call    bars
        mov     si, ending
        mov     di, (ROWS - 2) * COLUMNS * 2 + (COLUMNS - ENDING_LENGTH)
        mov     ah, 1Eh
        call    print
        call    ticks
        mov     [began], dx
        mov     [seen], dx

frame:  call    ball
wait_:  mov     ah, 01h                 ; a key?
        int     16h
        jnz     key
        int     28h                     ; the DOS idle call
        hlt                             ; until the next interrupt
        call    ticks
        cmp     dx, [seen]
        je      wait_
        mov     [seen], dx
        call    unball
        call    move
        mov     ax, dx
        sub     ax, [began]
        cmp     ax, TICKS
        jb      frame
        jmp     short done

key:    xor     ah, ah
        int     16h
done:   mov     ax, 0003h
        int     10h
        mov     dx, words
        mov     ah, 09h
        int     21h
        mov     ax, 4C00h
        int     21h

; The timer count since midnight, low word, in DX.
ticks:  xor     ah, ah
        int     1Ah
        ret

; A blue screen in a double frame.
backdrop:
        xor     di, di
        mov     ax, 19B0h               ; light shade
        mov     cx, COLUMNS * ROWS
        rep     stosw
        mov     di, (2 * COLUMNS + 4) * 2
        mov     bx, 0C9BBh              ; corners of the top row
        mov     al, 0CDh
        call    edge
        mov     cx, ROWS - 6
.row:   push    cx
        push    di
        mov     ax, 1FBAh
        stosw
        mov     al, ' '
        mov     cx, COLUMNS - 10
        rep     stosw
        mov     al, 0BAh
        stosw
        pop     di
        pop     cx
        add     di, COLUMNS * 2
        loop    .row
        mov     bx, 0C8BCh
        mov     al, 0CDh

; One horizontal edge at DI: BH, AL ..., BL; DI goes to the next row.
edge:   push    di
        mov     dl, al
        mov     ah, 1Fh
        mov     al, bh
        stosw
        mov     al, dl
        mov     cx, COLUMNS - 10
        rep     stosw
        mov     al, bl
        stosw
        pop     di
        add     di, COLUMNS * 2
        ret

; The sixteen colours, each four cells wide.
bars:   mov     di, (11 * COLUMNS + 8) * 2
        mov     dh, 2
.line:  xor     bl, bl
        push    di
.bar:   mov     ah, bl
        mov     al, 0DBh                ; full block
        mov     cx, 4
        rep     stosw
        inc     bl
        cmp     bl, 16
        jb      .bar
        pop     di
        add     di, COLUMNS * 2
        dec     dh
        jnz     .line
        ret

; The string at SI, to its zero, at DI in the colour AH.
print:  lodsb
        or      al, al
        jz      .end
        stosw
        jmp     short print
.end:   ret

; The offset of the ball's cell in DI.
where:  mov     al, COLUMNS
        mul     byte [row]
        add     al, [column]
        adc     ah, 0
        shl     ax, 1
        mov     di, ax
        ret

ball:   call    where
        mov     ax, [es:di]
        mov     [under], ax
        and     ah, 0F0h
        or      ah, 0Eh
        mov     al, 09h                 ; a circle
        mov     [es:di], ax
        ret

unball: call    where
        mov     ax, [under]
        mov     [es:di], ax
        ret

; One step; at the inside of the panel the direction turns.
move:   mov     al, [column]
        add     al, [across]
        mov     [column], al
        cmp     al, 6
        jbe     .right
        cmp     al, COLUMNS - 7
        jb      .rows
        neg     byte [across]
        jmp     short .rows
.right: mov     byte [across], 2
.rows:  mov     al, [row]
        add     al, [down]
        mov     [row], al
        cmp     al, 14
        je      .turn
        cmp     al, ROWS - 5
        jne     .end
.turn:  neg     byte [down]
.end:   ret

row     db      17
column  db      8
across  db      2
down    db      1

title           db      'dosemu runs DOS programs', 0
TITLE_LENGTH    equ     $ - title - 1
subtitle        db      'no BIOS image, no DOS image, no boot', 0
SUBTITLE_LENGTH equ     $ - subtitle - 1
ending          db      ' any key ends ', 0
ENDING_LENGTH   equ     $ - ending - 1
words           db      'This is dosemu, and this line came through INT 21h.', 13, 10
                db      'Try it on a program of yours: dosemu GAME.EXE', 13, 10, '$'

began   dw      0
seen    dw      0
under   dw      0
