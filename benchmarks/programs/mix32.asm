; What compiled code is made of: calls with stack frames, records copied, texts compared, branches, a division; and a
; small interpreter with a jump table.
%include "flat.inc"
        rounds  1500000, 3000
        to_flat
        xor     ebp, ebp
.round: push    dword second
        push    dword first
        call    copy_record
        add     esp, 8
        push    dword text_b
        push    dword text_a
        call    compare
        add     esp, 8
        add     ebp, eax
        mov     eax, [amount]
        and     eax, 0xFF
        push    eax
        push    dword 7
        call    divide
        add     esp, 8
        add     [first + 8], eax
        add     ebp, [second + 8]
        mov     esi, program
        call    interpret
        add     ebp, eax
        dec     dword [amount]
        jnz     .round
        mov     ebx, ebp
        from_flat
        finish_with 'mix32', ebx, 0x24CF7E5E, 0x058DE60A

bits 32
; copy_record(from, into): 32 bytes, and one field changed.
copy_record:
        push    ebp
        mov     ebp, esp
        sub     esp, 8
        mov     eax, [ebp + 8]
        mov     edx, [ebp + 12]
        mov     [ebp - 4], eax
        mov     ecx, 8
.next:  mov     ebx, [eax]
        mov     [edx], ebx
        add     eax, 4
        add     edx, 4
        dec     ecx
        jnz     .next
        mov     eax, [ebp - 4]
        inc     dword [eax + 12]
        leave
        ret

; compare(a, b): EAX = where two texts differ.
compare:
        push    ebp
        mov     ebp, esp
        mov     ecx, [ebp + 8]
        mov     edx, [ebp + 12]
        xor     eax, eax
.next:  mov     bl, [ecx + eax]
        cmp     bl, [edx + eax]
        jne     .out
        test    bl, bl
        jz      .out
        inc     eax
        jmp     .next
.out:   leave
        ret

; divide(by, what)
divide: push    ebp
        mov     ebp, esp
        mov     eax, [ebp + 12]
        cdq
        idiv    dword [ebp + 8]
        add     eax, edx
        leave
        ret

; ESI: a program of bytes; EAX its result.
interpret:
        xor     eax, eax
        xor     edx, edx
.next:  movzx   ecx, byte [esi]
        inc     esi
        jmp     [.table + ecx * 4]
.add:   add     eax, 5
        jmp     .next
.double:
        lea     eax, [eax + eax]
        jmp     .next
.swap:  xchg    eax, edx
        jmp     .next
.subtract:
        sub     eax, edx
        jmp     .next
.done:  ret
        align   4
.table: dd      .done, .add, .double, .swap, .subtract

program:        db 1, 2, 3, 1, 1, 2, 4, 2, 3, 1, 2, 2, 4, 1, 0
text_a: db      'DHRYSTONE PROGRAM, SOME STRING', 0
text_b: db      'DHRYSTONE PROGRAM, SOME STRING AND MORE', 0
        align   4
first:  times 8 dd 1
second: times 8 dd 0
bits 16
        routines
        flat_tables
