; Clients within clients: a client of 16 bits runs children of 32 and 16 bits one after the other (INT 21h/4Bh),
; the first of which runs one of its own; none of them gives anything back. The parent finds its vectors, exception
; handler, descriptors and memory as they were, and as much memory as before.
%include "dpmi.inc"
        org     0x100

PATTERN equ     0x600DCAFE
KEPT    equ     0x89ABCDEF

start:  mov     al, [0x82]              ; the letter of the tail: which child this is
        cmp     byte [0x80], 0
        jne     .named
        mov     al, 'P'
.named: mov     [letter], al
        cmp     al, 'P'
        je      parent
        cmp     al, 'A'
        je      child_32
        to_protected 16
        jmp     both
parent: to_protected 16
        jmp     both
child_32:
        to_protected 32

; Code for clients of either width: offsets fit in 16 bits, registers are clean above them.
both:   movzx   esp, sp
        xor     esi, esi
        xor     edi, edi
        push    ds
        pop     es
        call    name
        lar     eax, [own_ds]
        test    eax, 0x400000
        jnz     .wide
        say     ' has 16 bits', 13, 10
        jmp     .own
.wide:  say     ' has 32 bits', 13, 10

        ; What each has: a vector, an exception handler, a descriptor, memory, memory of DOS.
.own:   mov     cx, cs
        mov     edx, on_66
        mov     ax, 0x0205
        mov     bl, 0x66
        int     0x31
        jc      failed
        mov     cx, cs
        mov     edx, on_divide
        mov     ax, 0x0203
        mov     bl, 0
        int     0x31
        jc      failed
        xor     ax, ax
        mov     cx, 1
        int     0x31
        jc      failed
        mov     [window], ax
        mov     ax, 0x0501              ; 256 KB
        mov     bx, 4
        xor     cx, cx
        int     0x31
        jc      failed
        mov     dx, cx
        mov     cx, bx
        mov     bx, [window]
        mov     ax, 0x0007
        int     0x31
        jc      failed
        mov     cx, 3
        mov     dx, 0xFFFF
        mov     ax, 0x0008
        int     0x31
        jc      failed
        mov     fs, bx
        mov     dword [fs:dword 0x3FFF0], PATTERN
        mov     ax, 0x0100
        mov     bx, 0x10
        int     0x31
        jc      failed
        mov     [paragraphs], dx
        call    look

        cmp     byte [letter], 'P'
        je      .runs
        cmp     byte [letter], 'A'
        jne     done
.runs:  call    free
        mov     [pages], eax
        mov     al, 'A'
        cmp     byte [letter], 'P'
        je      .first
        mov     al, 'C'
.first: call    run
        call    after
        cmp     byte [letter], 'P'
        jne     done
        mov     al, 'B'
        call    run
        call    after
done:   call    name
        say     ' ends', 13, 10
        mov     ax, 0x4C00
        mov     al, [letter]
        int     0x21

failed: call    name
        say     ' failed', 13, 10
        leave_with 255

; After a child: its status, and what is ours.
after:  mov     ah, 0x4D
        int     0x21
        push    ax
        call    name
        say     ': the child ended with '
        pop     ax
        hex16   ax
        say     13, 10
        call    look
        call    free
        cmp     eax, [pages]
        check   'as much memory as before', e
        ret

free:   mov     edi, information
        mov     ax, 0x0500
        int     0x31
        jc      failed
        mov     eax, [information]
        ret

; AL = the letter of the child to run, by INT 21h/4Bh of the DPMI host's translation.
run:    mov     [tail + 2], al
        push    ds
        pop     es
        mov     [block_16 + 4], ds
        mov     [block_32 + 4], ds
        mov     edx, program
        mov     ebx, block_16
        lar     eax, [own_ds]
        test    eax, 0x400000
        jz      .call
        mov     ebx, block_32
.call:  mov     ecx, KEPT
        mov     esi, KEPT
        mov     edi, KEPT
        mov     ebp, KEPT
        mov     ax, 0x4B00
        int     0x21
        jc      failed
        cmp     ecx, KEPT               ; all of 32 bits, whatever the child left there
        jne     failed
        cmp     esi, KEPT
        jne     failed
        cmp     edi, KEPT
        jne     failed
        cmp     ebp, KEPT
        jne     failed
        push    ds
        pop     es
        ret

; Are vector, exception handler, memory ours?
look:   mov     byte [seen], 0
        int     0x66
        cmp     byte [seen], 1
        jne     failed
        mov     byte [seen], 0
        xor     edx, edx
        mov     eax, 1
        xor     ecx, ecx
        div     ecx                     ; of three bytes
        cmp     byte [seen], 2
        jne     failed
        cmp     dword [fs:dword 0x3FFF0], PATTERN
        jne     failed
        push    fs
        mov     fs, [paragraphs]
        mov     byte [fs:0xFF], 1
        pop     fs
        mov     bx, [window]
        verw    bx
        jnz     failed
        call    name
        say     ': vector, exception handler and memory', 13, 10
        ret

name:   push    edx
        push    eax
        mov     dl, [letter]
        mov     ah, 2
        int     0x21
        pop     eax
        pop     edx
        ret

; Handlers, by the width of the client.
on_66:  push    ds
        push    eax
        mov     ds, [cs:own_ds]
        mov     byte [seen], 1
        lar     eax, [own_ds]
        test    eax, 0x400000
        pop     eax
        pop     ds
        jnz     .wide
        iret
.wide:  iretd

on_divide:
        push    ds
        push    ebp
        push    eax
        mov     ds, [cs:own_ds]
        mov     byte [seen], 2
        movzx   ebp, sp
        lar     eax, [own_ds]
        test    eax, 0x400000
        jnz     .wide
        add     word [ss:ebp + 10 + 6], 3
        pop     eax
        pop     ebp
        pop     ds
        retf
.wide:  add     dword [ss:ebp + 10 + 12], 3
        pop     eax
        pop     ebp
        pop     ds
        o32     retf

dpmi_routines
        [section .data]
program: db     'MAIN.COM', 0
tail:   db      2, ' A', 13
block_16: dw    0, tail, 0, 0x5C, 0, 0x6C, 0
block_32:
        dd      tail, 0                 ; pointers of 8 bytes, no environment: as HDPMI and Windows have it
        dd      0x5C, 0
        dd      0x6C, 0
letter: db      0
seen:   db      0
window: dw      0
paragraphs: dw  0
pages:  dd      0
information: times 12 dd 0
