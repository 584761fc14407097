; Products of 24 by 24 matrices of small whole numbers in double precision: exact, whatever the unit's width.
%include "flat.inc"
N       equ     24
A       equ     0x2000
B       equ     0x4000
C       equ     0x6000
        rounds  6000, 4
        to_flat
        fninit
        xor     ecx, ecx
.fill:  mov     eax, ecx
        and     eax, 15
        mov     [number], eax
        fild    dword [number]
        fst     qword [A + ecx * 8]
        fld1
        faddp   st1
        fstp    qword [B + ecx * 8]
        inc     ecx
        cmp     ecx, N * N
        jb      .fill
.round: xor     esi, esi                ; row
.row:   xor     edi, edi                ; column
.column:
        imul    eax, esi, N * 8
        lea     ebx, [B + edi * 8]
        add     eax, A
        mov     ecx, N
        fldz
.product:
        fld     qword [eax]
        fmul    qword [ebx]
        faddp   st1
        add     eax, 8
        add     ebx, N * 8
        dec     ecx
        jnz     .product
        imul    eax, esi, N
        add     eax, edi
        fstp    qword [C + eax * 8]
        inc     edi
        cmp     edi, N
        jb      .column
        inc     esi
        cmp     esi, N
        jb      .row
        dec     dword [amount]
        jnz     .round
        xor     ebp, ebp
        xor     ecx, ecx
.sum:   fld     qword [C + ecx * 8]
        fistp   dword [number]
        rol     ebp, 1
        add     ebp, [number]
        inc     ecx
        cmp     ecx, N * N
        jb      .sum
        from_flat
        finish_with 'float32', ebp, 0x4B694B69, 0x4B694B69
        routines
number: dd      0
        flat_tables
