; INT 2Fh/AE00h and AE01h: a program that adds commands to COMMAND.COM. HELLO is done by it; TURN becomes an ECHO with
; what stood behind TURN; what it does not know is the shell's as ever.
        org     0x100
%include "dos.inc"
start:
        keep_4_kb
        own_block
        mov     ax, 0x352F
        int     0x21
        mov     [old], bx
        mov     [old + 2], es
        mov     ax, 0x252F
        mov     dx, handler
        int     0x21
        mov     dx, hello
        call    run
        mov     dx, turn
        call    run
        mov     dx, other
        call    run
        push    ds
        lds     dx, [old]
        mov     ax, 0x252F
        int     0x21
        pop     ds
        mov     dx, hello
        call    run
        leave_with 0

; DX = the command tail
run:    mov     [block + 2], dx
        push    cs
        pop     es
        mov     dx, shell
        mov     bx, block
        mov     ax, 0x4B00
        int     0x21
        push    cs
        pop     ds
        must
        ret

handler:
        cmp     ax, 0xAE00
        je      .ask
        cmp     ax, 0xAE01
        je      .execute
.chain: jmp     far [cs:old]
.ask:   call    which
        jc      .chain
        mov     al, 0xFF
        iret
.execute:
        call    which
        jc      .chain
        push    es
        push    di
        push    cx
        push    ds
        pop     es
        cmp     byte [si + 1], 'T'
        je      .turn
        mov     byte [si], 0            ; done
        push    ds
        push    cs
        pop     ds
        say     'hello from the resident program', 13, 10
        pop     ds
        jmp     short .done
.turn:  mov     word [si + 1], 'EC'
        mov     word [si + 3], 'HO'
.done:  pop     cx
        pop     di
        pop     es
        iret

; Carry clear: DS:SI is one of the two names, DX is FFFFh and the line at DS:BX begins with the name too.
which:  cmp     dx, 0xFFFF
        jne     .no
        push    ax
        mov     al, [bx + 2]
        and     al, 0xDF
        cmp     al, [si + 1]
        pop     ax
        jne     .no
        cmp     byte [si], 5
        je      .five
        cmp     byte [si], 4
        jne     .no
        cmp     word [si + 1], 'TU'
        jne     .no
        cmp     word [si + 3], 'RN'
        jne     .no
        clc
        ret
.five:  cmp     word [si + 1], 'HE'
        jne     .no
        cmp     word [si + 3], 'LL'
        jne     .no
        clc
        ret
.no:    stc
        ret
routines
old:    dd      0
shell:  db      'C:\COMMAND.COM', 0
hello:  db      13, ' /C hello you', 13
turn:   db      17, ' /C turn it round', 13
other:  db      14, ' /C echo plain', 13
block:  dw      0, 0, 0, 0x5C, 0, 0x6C, 0
