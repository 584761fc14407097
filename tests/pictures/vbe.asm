; Draws a test picture in one mode of VBE, through the banks (and their window function) or the linear memory.
; Assembled once for each: nasm -f bin -DMODE=0x101 [-DLINEAR] -o vbe101.com vbe.asm
; Every byte follows from its place alone: what the mode makes of it is the picture.

cpu 386
bits 16
org 0x100

start:  mov     ax, 0x4F01
        mov     cx, MODE
        mov     di, info
        int     0x10
        cmp     ax, 0x004F
        jne     fail
        mov     ax, 0x4F02
        mov     bx, MODE
%ifdef LINEAR
        or      bx, 0x4000
%endif
        int     0x10
        cmp     ax, 0x004F
        jne     fail
        cld
        movzx   eax, word [info+0x10]   ; bytes a line, lines
        movzx   ecx, word [info+0x14]
        mul     ecx
        mov     ebp, eax
        xor     ebx, ebx                ; the byte's number
%ifdef LINEAR
        mov     esi, [info+0x28]
        cli
        xor     eax, eax                ; unreal mode: FS reaches 4 GB
        mov     ax, ds
        shl     eax, 4
        add     eax, gdt
        mov     [gdtr+2], eax
        lgdt    [gdtr]
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        jmp     $+2
        mov     ax, 8
        mov     fs, ax
        mov     eax, cr0
        and     al, 0xFE
        mov     cr0, eax
        jmp     $+2
        sti
.byte:  call    value
        mov     [fs:esi+ebx], al
        inc     ebx
        cmp     ebx, ebp
        jb      .byte
%else
        push    0xA000
        pop     es
.bank:  mov     edx, ebx
        shr     edx, 16
        push    ebx
        push    ebp
        xor     bx, bx
        test    dl, 1
        jz      .far
        mov     ax, 0x4F05
        int     0x10
        jmp     .done
.far:   call    far [info+0x0C]
.done:  pop     ebp
        pop     ebx
        mov     di, bx
.byte:  call    value
        mov     [es:di], al
        inc     ebx
        cmp     ebx, ebp
        jae     .end
        inc     di
        jnz     .byte
        jmp     .bank
%endif
.end:   mov     ah, 0x07                ; wait: the picture is looked at from outside
        int     0x21
fail:   mov     ax, 3
        int     0x10
        mov     ax, 0x4C01
        int     0x21

value:  mov     eax, ebx
        shr     eax, 10
        add     eax, ebx
        mov     ecx, ebx
        shr     ecx, 17
        xor     al, cl
        ret

align 4
gdt:    dq      0
        dq      0x00CF92000000FFFF
gdtr:   dw      15
        dd      0
info:
