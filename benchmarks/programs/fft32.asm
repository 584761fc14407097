; A complex Fourier transform of 1,024 points in double precision, there and back: whole numbers again at the end.
%include "flat.inc"
N       equ     1024
POINTS  equ     0x1000                  ; pairs of doubles
ROOTS   equ     0x5000
        rounds  1200, 2
        to_flat
        fninit
        ; e to the power of -2 pi i k / N
        xor     ecx, ecx
.root:  mov     [number], ecx
        fild    dword [number]
        fldpi                           ; the counter is twice k
        fmulp   st1
        fdiv    dword [size]
        fsincos
        fstp    qword [ROOTS + ecx * 8]
        fchs
        fstp    qword [ROOTS + ecx * 8 + 8]
        add     ecx, 2
        cmp     ecx, N
        jb      .root
        xor     ecx, ecx
.fill:  imul    eax, ecx, 77
        and     eax, 255
        mov     [number], eax
        shl     ecx, 4
        fild    dword [number]
        fst     qword [POINTS + ecx]
        fchs
        fstp    qword [POINTS + ecx + 8]
        shr     ecx, 4
        inc     ecx
        cmp     ecx, N
        jb      .fill

.round: call    transform
        ; back: real and imaginary parts exchanged, the same again, exchanged, over N
        call    exchange
        call    transform
        call    exchange
        mov     ecx, N * 2
        mov     esi, POINTS
.scale: fld     qword [esi]
        fdiv    dword [size]
        frndint
        fstp    qword [esi]
        add     esi, 8
        dec     ecx
        jnz     .scale
        dec     dword [amount]
        jnz     .round

        xor     ebp, ebp
        mov     ecx, N * 2
        mov     esi, POINTS
.sum:   fld     qword [esi]
        fistp   dword [number]
        rol     ebp, 3
        add     ebp, [number]
        add     esi, 8
        dec     ecx
        jnz     .sum
        from_flat
        finish_with 'fft32', ebp, 0x38E38E5E, 0x38E38E5E
        routines

bits 32
exchange:
        mov     ecx, N
        mov     esi, POINTS
.next:  fld     qword [esi]
        fld     qword [esi + 8]
        fstp    qword [esi]
        fstp    qword [esi + 8]
        add     esi, 16
        dec     ecx
        jnz     .next
        ret

; In place, by bits reversed and butterflies of growing width.
transform:
        xor     ecx, ecx
.reverse:
        mov     eax, ecx
        xor     edx, edx
        mov     ebx, 10
.bit:   shr     eax, 1
        adc     edx, edx
        dec     ebx
        jnz     .bit
        cmp     edx, ecx
        jbe     .there
        mov     esi, ecx
        shl     esi, 4
        shl     edx, 4
        fld     qword [POINTS + esi]
        fld     qword [POINTS + edx]
        fstp    qword [POINTS + esi]
        fstp    qword [POINTS + edx]
        fld     qword [POINTS + esi + 8]
        fld     qword [POINTS + edx + 8]
        fstp    qword [POINTS + esi + 8]
        fstp    qword [POINTS + edx + 8]
.there: inc     ecx
        cmp     ecx, N
        jb      .reverse

        mov     dword [half], 16        ; bytes
        mov     dword [step], N / 2 * 16
.width: xor     edi, edi                ; which root
        xor     ebx, ebx                ; offset in the group
.column:
        mov     esi, ebx
.pair:  mov     edx, [half]
        fld     qword [POINTS + esi + edx]
        fmul    qword [ROOTS + edi]
        fld     qword [POINTS + esi + edx + 8]
        fmul    qword [ROOTS + edi + 8]
        fsubp   st1
        fld     qword [POINTS + esi + edx]
        fmul    qword [ROOTS + edi + 8]
        fld     qword [POINTS + esi + edx + 8]
        fmul    qword [ROOTS + edi]
        faddp   st1                     ; ST1, ST0: the product
        fld     qword [POINTS + esi]
        fsub    st2
        fstp    qword [POINTS + esi + edx]
        fld     qword [POINTS + esi + 8]
        fsub    st1
        fstp    qword [POINTS + esi + edx + 8]
        fadd    qword [POINTS + esi + 8]
        fstp    qword [POINTS + esi + 8]
        fadd    qword [POINTS + esi]
        fstp    qword [POINTS + esi]
        lea     esi, [esi + edx * 2]
        cmp     esi, N * 16
        jb      .pair
        add     edi, [step]
        add     ebx, 16
        cmp     ebx, [half]
        jb      .column
        shr     dword [step], 1
        shl     dword [half], 1
        cmp     dword [half], N * 16
        jb      .width
        ret

bits 16
        align   4
number: dd      0
half:   dd      0
step:   dd      0
size:   dd      1024.0
        flat_tables
