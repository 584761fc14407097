; Finds COMSPEC in the environment and runs it with /C, as programs do for "shell to DOS": output of a built-in command,
; an environment that the shell changed and that stays its own, and the errorlevel of the command as exit code.
        org     0x100
%include "dos.inc"
start:
        keep_4_kb
        own_block
        mov     dx, echo
        call    run
        mov     dx, change
        call    run
        mov     dx, batch
        call    run
        mov     ah, 0x4D
        int     0x21
        hex16   ax                      ; 0009: the batch file ended with EXIT 9
        newline
        leave_with 0

; DX = the command tail
run:    mov     [block + 2], dx
        mov     es, [0x2C]
        xor     di, di
        cld
.next:  mov     si, name
        mov     cx, 8
        push    di
        repe    cmpsb
        je      .found
        pop     di
        mov     al, 0
        mov     cx, 0xFFFF
        repne   scasb
        cmp     byte [es:di], 0
        jne     .next
        say     'no COMSPEC', 13, 10
        leave_with 1
.found: pop     ax
        mov     dx, di
        push    es
        pop     ds
        push    cs
        pop     es
        mov     bx, block
        mov     ax, 0x4B00
        int     0x21
        push    cs
        pop     ds
        must
        ret
routines
name:   db      'COMSPEC='
echo:   db      18, ' /C echo shell/C:X', 13
change: db      32, ' /C set NEW=1 | echo in the pipe', 13
batch:  db      12, ' /C nine.bat', 13
block:  dw      0, 0, 0, 0x5C, 0, 0x6C, 0
