; Ring 0 with tables of its own: a LDT, and task switches by JMP, by CALL that nest and end with IRET, by INT and by a
; fault (with its error code) through task gates, and by CALL to a task gate of the GDT; to a task that is busy: a fault.
%include "ring0.inc"
        org     0x100

%macro selectors 1-*
    %rep %0
%1      equ     descriptor_%1 - gdt
    %rotate 1
    %endrep
%endmacro
        selectors CODE, DATA, FLAT, LOCAL, MAIN, JUMPED, OUTER, INNER, BROKEN, FAULTS, GATED, THROUGH, OLD
LOCAL_DATA equ  4                       ; the first of the LDT
BUSY    equ     2

start:  own_tables
        based   descriptor_CODE, 0
        based   descriptor_DATA, 0
        based   descriptor_LOCAL, ldt
        based   descriptor_MAIN, tss_main
        based   descriptor_JUMPED, tss_jumped
        based   descriptor_OUTER, tss_outer
        based   descriptor_INNER, tss_inner
        based   descriptor_BROKEN, tss_broken
        based   descriptor_FAULTS, tss_faults
        based   descriptor_THROUGH, tss_through
        based   descriptor_OLD, tss_old
        based   ldt, 0x80
        ring0
        mov     esp, stack
        mov     ax, LOCAL
        lldt    ax
        mov     ax, MAIN
        ltr     ax
        sldt    ax
        str     dx
        note    'LDT '
        note16  ax
        note    ', task '
        note16  dx
        note    13, 10
        mov     ax, LOCAL_DATA
        mov     fs, ax
        mov     al, [fs:1]              ; of the PSP's tail
        mov     ah, 0
        note16  ax
        note    ' through the LDT', 13, 10

        ; JMP: the task that is left is no longer busy; there is no way back but another JMP.
        mov     ebx, 'BEFO'
        stc
        jmp     JUMPED:0
        setc    al
        mov     ah, 0
        note    'back, carry '
        note16  ax
        note    ', EBX '
        note32  ebx
        note    ', FS '
        mov     ax, fs
        note16  ax
        mov     eax, cr0
        and     ax, 8
        note    ', TS '
        note16  ax
        note    13, 10
        clts
        call    busy

        ; CALL, which nests.
        call    OUTER:0
        note    'main again', 13, 10
        call    busy
        pushfd
        pop     eax
        and     ax, 0x4000
        note    'NT '
        note16  ax
        note    13, 10
        call    OUTER:0                 ; it goes on behind its IRET
        note    'main again', 13, 10

        ; Task gates.
        int     0x20
        note    'behind INT', 13, 10
        call    GATED:0
        note    'behind the gate', 13, 10

        ; A fault in its own task: error code on its stack, the faulting instruction in our TSS.
        mov     ax, FLAT + 0x400        ; beyond the GDT
wrong:  mov     gs, ax
right:  note    'behind the fault', 13, 10
wrong_2:
        call    MAIN:0                  ; busy: itself
right_2:
        note    'behind the second', 13, 10
wrong_3:
        call    BROKEN:0                ; not there
right_3:
        call    busy

        ; A TSS of the 286.
        mov     eax, 0xAAAA5555
        call    OLD:0
        note    'EAX '
        note32  eax
        note    13, 10
        call    busy
        real
        mov     sp, stack
        print_notes
        leave_with 0

; Which tasks are busy.
busy:   note    'busy:'
        mov     si, descriptor_MAIN
        mov     cx, 6
.next:  mov     al, [si + 5]
        shr     al, 1
        and     ax, 1
        or      al, '0'
        mov     di, [note_end]
        mov     [di], al
        inc     word [note_end]
        add     si, 8
        loop    .next
        note    13, 10
        ret

jumped: str     ax
        note    'jumped to '
        note16  ax
        note    ', EBX '
        note32  ebx
        note    ', link '
        note16  word [tss_jumped]
        note    13, 10
        call    busy
        jmp     MAIN:0

outer:  call    linked
        call    INNER:0
        note    'outer again', 13, 10
        iretd
        note    'outer a second time', 13, 10
        call    busy
        iretd

inner:  call    linked
        call    busy
        iretd
        jmp     inner

; The task, who called it, NT.
linked: str     ax
        note    'task '
        note16  ax
        mov     si, tss_outer
        cmp     ax, OUTER
        je      .found
        mov     si, tss_inner
.found: note    ' from '
        note16  word [si]
        pushf
        pop     ax
        and     ax, 0x4000
        note    ', NT '
        note16  ax
        note    13, 10
        ret

through:
        str     ax
        note    'through a gate: '
        note16  ax
        note    ' from '
        note16  word [tss_through]
        note    13, 10
        iretd
        jmp     through

faults: pop     eax
        note    'fault, error code '
        note32  eax
        mov     ax, [tss_main + 0x20]   ; EIP
        mov     si, places
.next:  cmp     ax, [si]
        je      .found
        add     si, 4
        cmp     si, places_end
        jb      .next
        note    ' elsewhere', 13, 10
        hlt
.found: note    ' where it should be', 13, 10
        mov     ax, [si + 2]
        mov     [tss_main + 0x20], ax
        iretd
        jmp     faults

old:    str     ax
        note    'a task of the 286: '
        note16  ax
        note    ' from '
        note16  word [tss_old]
        note    13, 10
        iret
        jmp     old

ring0_routines

; task LABEL, EIP, stack: a TSS for ring 0; FS holds 0.
%macro tss 2
        dd      0, 0, 0, 0, 0, 0, 0, 0  ; link, stacks of rings, CR3
        dd      %1, 2, 0, 0, 0, 'TASK', %2, 0, 0, 0
        dd      FLAT, CODE, DATA, DATA, 0, 0, LOCAL, 0x680000
%endmacro

%macro descriptor 3
descriptor_%1:
        dw      %2, 0, %3, 0
%endmacro

        [section .data]
        align   8
gdt:    dq      0
        descriptor CODE, 0xFFFF, 0x9A00
        descriptor DATA, 0xFFFF, 0x9200
descriptor_FLAT:
        dw      0xFFFF, 0, 0x9200, 0xCF
        descriptor LOCAL, 7, 0x8200
        descriptor MAIN, 0x67, 0x8900
        descriptor JUMPED, 0x67, 0x8900
        descriptor OUTER, 0x67, 0x8900
        descriptor INNER, 0x67, 0x8900
        descriptor THROUGH, 0x67, 0x8900
        descriptor FAULTS, 0x67, 0x8900
        descriptor OLD, 0x2B, 0x8100
        descriptor BROKEN, 0x67, 0x0900
descriptor_GATED:
        task_gate THROUGH
gdt_end:
ldt:    dw      0xFF, 0, 0x9200, 0
gdtr:   dw      gdt_end - gdt - 1
        dd      0
idtr:   dw      idt_end - idt - 1
        dd      0
idt:    times 11 dq 0
        task_gate FAULTS                ; not present
        dq      0
        task_gate FAULTS                ; general protection
        times 32 - 14 dq 0
        task_gate THROUGH
idt_end:
places: dw      wrong, right, wrong_2, right_2, wrong_3, right_3
places_end:
tss_main: times 0x60 db 0
        dw      LOCAL, 0, 0, 0x68       ; what a switch does not save
tss_jumped: tss jumped, stack_1
tss_outer: tss  outer, stack_1
tss_inner: tss  inner, stack_2
tss_through: tss through, stack_1
tss_faults: tss faults, stack_1
tss_broken: times 0x68 db 0
tss_old: dw     0, 0, 0, 0, 0, 0, 0
        dw      old, 2, 1, 2, 3, 4, stack_1, 0, 0, 0
        dw      DATA, CODE, DATA, DATA, LOCAL
        [section .bss]
        alignb  4
        resb    512
stack_2:
        resb    512
stack_1:
        resb    512
stack:
