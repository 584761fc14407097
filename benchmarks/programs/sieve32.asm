; Primes below 32,768 by a byte sieve, 32-bit code.
%include "flat.inc"
SIZE    equ     0x8000
FLAGS   equ     0x2000
        rounds  5000, 20
        to_flat
.round: mov     edi, FLAGS
        mov     ecx, SIZE / 4
        mov     eax, 0x01010101
        rep     stosd
        xor     ebp, ebp
        mov     esi, 2
.next:  cmp     byte [FLAGS + esi], 0
        je      .skip
        inc     ebp
        lea     edi, [esi + esi]
        cmp     edi, SIZE
        jae     .skip
.strike:
        mov     byte [FLAGS + edi], 0
        add     edi, esi
        cmp     edi, SIZE
        jb      .strike
.skip:  inc     esi
        cmp     esi, SIZE
        jb      .next
        dec     dword [amount]
        jnz     .round
        from_flat
        finish_with 'sieve32', ebp, 3512, 3512
        routines
        flat_tables
