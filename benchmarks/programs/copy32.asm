; 16 KB copied by REP MOVSD, by a loop of dwords, and by a loop of bytes.
%include "flat.inc"
SIZE    equ     0x4000
SOURCE    equ     0x2000
TARGET    equ     0x8000
        rounds  40000, 200
        to_flat
        mov     edi, SOURCE
        mov     eax, 0x12345678
.fill:  imul    eax, eax, 1664525
        add     eax, 1013904223
        stosd
        cmp     edi, SOURCE + SIZE
        jb      .fill
.round: mov     esi, SOURCE
        mov     edi, TARGET
        mov     ecx, SIZE / 4
        rep     movsd
        xor     ecx, ecx
.dwords:
        mov     eax, [TARGET + ecx]
        mov     [SOURCE + ecx], eax
        add     ecx, 4
        cmp     ecx, SIZE
        jb      .dwords
        mov     ecx, SIZE / 8
        mov     esi, SOURCE
        mov     edi, TARGET
.bytes: mov     al, [esi]
        mov     [edi], al
        inc     esi
        inc     edi
        dec     ecx
        jnz     .bytes
        dec     dword [amount]
        jnz     .round
        xor     ebp, ebp
        xor     ecx, ecx
.sum:   rol     ebp, 1
        add     ebp, [SOURCE + ecx]
        add     ecx, 4
        cmp     ecx, SIZE
        jb      .sum
        from_flat
        finish_with 'copy32', ebp, 0xFAAC7E32, 0xFAAC7E32
        routines
        flat_tables
