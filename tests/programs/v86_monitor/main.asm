; A V86 monitor: a task with IOPL 0 whose CLI, STI, PUSHF, POPF, INT, IRET and HLT the monitor does, with one port that the
; permission map allows and others that the monitor sees, interrupts reflected through the real-mode vectors (DOS works
; in there), requests of the timer, and an invalid opcode.
%include "ring0.inc"
        org     0x100

TASK    equ     task - gdt
VM      equ     0x20000
IF      equ     0x200

; The frame, with PUSHAD below it, as the monitor sees it by BP.
EAX_    equ     28
EDX_    equ     20
EIP_    equ     36
CS_     equ     40
FLAGS_  equ     44
ESP_    equ     48
SS_     equ     52

start:  mov     ax, 0x2560
        mov     dx, in_v86
        int     0x21
        own_tables
        based   code, 0
        based   data, 0
        based   task, tss
        ring0
        mov     sp, stack
        mov     ax, TASK
        ltr     ax
        movzx   ebx, word [real_cs]
        push    dword 0x1111            ; GS
        push    dword 0x2222            ; FS
        push    ebx                     ; DS
        push    ebx                     ; ES
        push    ebx                     ; SS
        push    dword v86_stack
        push    dword VM | IF | 2
        push    ebx                     ; CS
        push    dword v86
        iretd

; The task. Its IF is in `virtual`; interrupts of the CPU are on all the time.
v86:    mov     [selectors], fs
        mov     [selectors + 2], gs
        say     'DOS in V86 mode', 13, 10
        mov     ax, 0x1234
        int     0x60
        hex16   ax
        say     ' from INT 60h', 13, 10
        mov     al, 0x5A                ; a DMA page register: in the map
        out     0x81, al
        mov     al, 0
        in      al, 0x81
        hex8    al
        say     ' from the port that is allowed', 13, 10
        mov     dx, 0x361
        mov     al, 0x77
        out     dx, al
        in      al, dx
        hex8    al
        say     ' from the port that is not', 13, 10
        in      ax, 0x81                ; a word, of which one half is not in the map
        cli
        pushf
        pop     ax
        test    ah, 2
        jnz     .on
        say     'CLI is seen in PUSHF', 13, 10
.on:    sti
        pushf
        pop     ax
        test    ah, 2
        jz      .off
        say     'STI too', 13, 10
.off:   test    ax, 0x3000
        jz      .iopl
        say     'IOPL is seen', 13, 10
.iopl:  smsw    ax
        test    al, 1
        jz      .pe
        say     'SMSW tells of protected mode', 13, 10
.pe:    push    0x40
        pop     es
        mov     ax, [es:0x6C]
.tick:  cmp     ax, [es:0x6C]
        je      .tick
        say     'the timer ticks', 13, 10
        int3
        ud2
        say     'behind the invalid opcode', 13, 10
        mov     eax, cr0                ; privileged: the monitor skips it
        say     'behind CR0', 13, 10
        hlt
hlt_here:

; INT 60h of real mode.
in_v86: inc     ax
        push    cs
        pop     word [cs:from]
        iret

; The monitor.
%macro enter_monitor 0
        pushad
        mov     ax, DATA
        mov     ds, ax
        mov     ax, FLAT
        mov     es, ax
        mov     bp, sp
%endmacro

general:
        enter_monitor
        test    byte [bp + FLAGS_ + 2], VM >> 16
        jz      panic
        call    fetch
        mov     si, opcodes
.next:  cmp     al, [si]
        je      .found
        add     si, 3
        cmp     si, opcodes_end
        jb      .next
        jmp     panic
.found: call    [si + 1]
resume: popad
        add     sp, 4
        iretd

opcodes:
        db      0xFA
        dw      do_cli
        db      0xFB
        dw      do_sti
        db      0x9C
        dw      do_pushf
        db      0x9D
        dw      do_popf
        db      0xCD
        dw      do_int
        db      0xCF
        dw      do_iret
        db      0xF4
        dw      do_hlt
        db      0xE4
        dw      do_in_imm
        db      0xE5
        dw      do_in_word
        db      0xE6
        dw      do_out_imm
        db      0xEC
        dw      do_in_dx
        db      0xEE
        dw      do_out_dx
        db      0x0F
        dw      do_system
opcodes_end:

; AL = the next byte of the task's code.
fetch:  movzx   ebx, word [bp + CS_]
        shl     ebx, 4
        movzx   eax, word [bp + EIP_]
        add     ebx, eax
        mov     al, [es:ebx]
        inc     word [bp + EIP_]
        ret

; AX to the task's stack; AX from there.
push_ax:
        sub     word [bp + ESP_], 2
        call    stack_top
        mov     [es:ebx], ax
        ret
pop_ax: call    stack_top
        mov     ax, [es:ebx]
        add     word [bp + ESP_], 2
        ret
stack_top:
        movzx   ebx, word [bp + SS_]
        shl     ebx, 4
        movzx   ecx, word [bp + ESP_]
        add     ebx, ecx
        ret

do_cli: and     byte [virtual], ~2
        ret
do_sti: or      byte [virtual], 2
        ret
flags:  mov     ax, [bp + FLAGS_]
        and     ah, ~2
        or      ah, [virtual]
        ret
do_pushf:
        call    flags
        jmp     push_ax
do_popf:
        call    pop_ax
set_flags:
        mov     dl, ah
        and     dl, 2
        mov     [virtual], dl
        and     ah, 0x0D                ; no NT, IOPL, IF of its own
        or      ah, 2
        mov     [bp + FLAGS_], ax
        ret
do_int: call    fetch
        movzx   si, al
        cmp     al, 0x60
        jne     reflect
        note    'INT 60h by the monitor, error code '
        note32  [bp + 32]
        note    13, 10
; Vector SI of real mode.
reflect:
        call    flags
        call    push_ax
        mov     ax, [bp + CS_]
        call    push_ax
        mov     ax, [bp + EIP_]
        call    push_ax
        shl     si, 2
        mov     ax, [es:si]
        mov     [bp + EIP_], ax
        mov     ax, [es:si + 2]
        mov     [bp + CS_], ax
        mov     byte [virtual], 0
        and     byte [bp + FLAGS_ + 1], ~1
        ret
do_iret:
        call    pop_ax
        mov     [bp + EIP_], ax
        call    pop_ax
        mov     [bp + CS_], ax
        call    pop_ax
        jmp     set_flags
do_hlt: cmp     word [bp + EIP_], hlt_here
        je      done
        ret
do_in_imm:
        call    fetch
        movzx   dx, al
        jmp     in_port
do_in_dx:
        mov     dx, [bp + EDX_]
in_port:
        cmp     dx, 0x361
        je      .ours
        in      al, dx
        mov     [bp + EAX_], al
        ret
.ours:  note    'IN', 13, 10
        mov     al, [bp + EAX_]
        not     al
        mov     [bp + EAX_], al
        ret
do_in_word:
        call    fetch
        note    'a word from '
        movzx   ax, al
        note16  ax
        note    13, 10
        ret
do_out_imm:
        call    fetch
        movzx   dx, al
        jmp     out_port
do_out_dx:
        mov     dx, [bp + EDX_]
out_port:
        mov     al, [bp + EAX_]
        cmp     dx, 0x361
        je      .ours
        out     dx, al
        ret
.ours:  note    'OUT '
        movzx   ax, al
        note16  ax
        note    13, 10
        ret
do_system:
        add     word [bp + EIP_], 2
        note    'a system instruction', 13, 10
        ret

breakpoint:
        push    dword 0
        enter_monitor
        note    'INT3, by its gate', 13, 10
        jmp     resume

invalid:
        push    dword 0
        enter_monitor
        note    'invalid opcode, segments '
        mov     ax, [bp + SS_ + 12]
        note16  ax
        mov     ax, [bp + SS_ + 16]
        note    ' '
        note16  ax
        mov     ax, fs
        note    ', here '
        note16  ax
        note    13, 10
        add     word [bp + EIP_], 2
        jmp     resume

%assign vector 8
%rep 8
request %+ vector:
        push    dword 0
        enter_monitor
        mov     si, vector
        test    byte [bp + FLAGS_ + 2], VM >> 16
        jz      panic
        call    reflect
        jmp     resume
%assign vector vector + 1
%endrep

panic:  note    'a fault of the monitor', 13, 10
done:   real
        mov     sp, stack
        print_notes
        mov     ax, [from]
        cmp     ax, [real_cs]
        jne     .other
        say     'INT 60h was reached', 13, 10
.other: hex16   [selectors]
        say     ' FS', 13, 10
        hex16   [selectors + 2]
        say     ' GS', 13, 10
        leave_with 0

routines
ring0_routines
        [section .data]
        align   8
        own_gdt
task:   dw      tss_end - tss - 1, 0, 0x8900, 0
gdt_end:
gdtr:   dw      gdt_end - gdt - 1
        dd      0
idtr:   dw      idt_end - idt - 1
        dd      0
idt:    times 3 dq 0
        gate    breakpoint, 0xEE
        times 2 dq 0
        gate    invalid, 0x8E
        dq      0
        gate    request8, 0x8E
        gate    request9, 0x8E
        gate    request10, 0x8E
        gate    request11, 0x8E
        gate    request12, 0x8E
        gate    general, 0x8E
        gate    request14, 0x8E
        gate    request15, 0x8E
idt_end:
tss:    dd      0, stack, DATA
        times 0x66 - 12 db 0
        dw      0x68                    ; the permission map
        times 0x81 / 8 db 0xFF
        db      0xFF & ~(1 << (0x81 & 7))
        times 0x380 / 8 - 0x81 / 8 db 0xFF
tss_end:
virtual: db     2
        align   2
selectors: dw   0, 0
from:   dw      0
        [section .bss]
        alignb  4
        resb    1024
v86_stack:
        resb    1024
stack:
