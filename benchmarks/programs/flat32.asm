; 32-bit code in flat protected mode, entered without help: loops over an array, multiplies, recursive calls.
%include "bench.inc"
ENTRIES equ     4096
        rounds  6000, 20
        cli
        xor     eax, eax
        mov     ax, cs
        shl     eax, 4
        mov     [base], eax
        mov     edi, eax
        add     edi, table              ; linear address of the array
        add     eax, gdt
        mov     [gdtr + 2], eax
        mov     eax, [base]
        mov     [code16 + 2], ax        ; code and stack to come back to
        mov     [data16 + 2], ax
        shr     eax, 16
        mov     [code16 + 4], al
        mov     [data16 + 4], al
        mov     eax, [base]
        add     eax, flat
        mov     [entry], eax
        mov     ax, cs
        mov     [real + 2], ax
        mov     [stack], esp
        lgdt    [gdtr]
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        jmp     dword far [entry]

bits 32
flat:   mov     ax, 0x10
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     esp, [edi - table + base]
        add     esp, 0xFF00
        xor     ebp, ebp                ; the checksum
        mov     edx, 1                  ; the random number
.round: xor     ecx, ecx                ; fill: multiply and add
.fill:  imul    edx, edx, 1664525
        add     edx, 1013904223
        mov     [edi + ecx * 4], edx
        inc     ecx
        cmp     ecx, ENTRIES
        jb      .fill
        mov     esi, edi                ; mix neighbours
        mov     ecx, ENTRIES - 1
.mix:   mov     eax, [esi]
        mov     ebx, [esi + 4]
        rol     eax, 5
        xor     eax, ebx
        add     [esi], eax
        add     esi, 4
        dec     ecx
        jnz     .mix
        xor     ecx, ecx                ; how many are above their neighbour, and their sum
.sum:   mov     eax, [edi + ecx * 4]
        cmp     eax, [edi + ecx * 4 + 4]
        jbe     .below
        inc     ebp
.below: add     ebp, eax
        inc     ecx
        cmp     ecx, ENTRIES - 1
        jb      .sum
        mov     eax, 16                 ; 3,193 calls
        call    fibonacci
        add     ebp, eax
        dec     dword [edi - table + amount]
        jnz     .round
        jmp     0x18:back

; EAX = Fibonacci number of EAX; EBX is kept.
fibonacci:
        cmp     eax, 2
        jb      .small
        push    ebx
        lea     ebx, [eax - 2]
        dec     eax
        call    fibonacci
        xchg    eax, ebx
        call    fibonacci
        add     eax, ebx
        pop     ebx
.small: ret

bits 16
back:   mov     ax, 0x20
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     eax, cr0
        and     al, 0xFE
        mov     cr0, eax
        jmp     far [cs:real]
again:  mov     ax, cs
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     esp, [stack]
        sti
        mov     eax, FULL_SUM
        cmp     byte [0x82], 'q'
        jne     .known
        mov     eax, QUICK_SUM
.known: finish  'flat32', ebp, eax
FULL_SUM equ    0x69B69D00
QUICK_SUM equ   0x02A331D6
routines
entry:  dd      0
        dw      8
real:   dw      again, 0
stack:  dd      0
base:   dd      0
gdtr:   dw      gdt.end - gdt - 1
        dd      0
gdt:    dq      0
        dq      0x00CF9A000000FFFF      ; 08: code, 4 GB, 32-bit
        dq      0x00CF92000000FFFF      ; 10: data, 4 GB
code16: dq      0x00009A000000FFFF      ; 18: code, 64 KB, 16-bit, at our segment
data16: dq      0x000092000000FFFF      ; 20: data, 64 KB
.end:
gdt.end equ     data16.end
table:
