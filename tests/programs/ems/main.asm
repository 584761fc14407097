; EMS 4.0: found by its device and its segment, pages in the frame, the same page twice, saving maps, names,
; moving, calling with another map, reading a file straight into the frame.
        org     0x100
%include "dos.inc"

%macro ems 1
        mov     ax, %1
        int     0x67
        call    status
%endmacro

start:
        mov     ax, 0x3D00              ; the device
        mov     dx, device
        int     0x21
        must
        mov     bx, ax
        mov     ax, 0x4400
        int     0x21
        test    dl, 0x80
        jz      no_driver
        mov     ax, 0x4407
        int     0x21
        hex8    al                      ; FF
        mov     ah, 0x3E
        int     0x21
        mov     ax, 0x3567              ; the name in the vector's segment
        int     0x21
        mov     di, 10
        mov     si, device
        mov     cx, 8
        repe cmpsb
        jne     no_driver
        say     ' EMMXXXX0', 13, 10
        push    cs
        pop     es

        ems     0x4000
        ems     0x4600
        hex8    al                      ; 40
        newline
        ems     0x4100
        mov     [frame], bx
        hex16   bx
        newline
        mov     bx, 0
        ems     0x4300                  ; 89
        mov     bx, 6
        ems     0x4300
        mov     [handle], dx
        ems     0x4C00
        hex16   bx                      ; 0006
        newline

        ; Four pages, each with its own number, then seen in another order.
        mov     cx, 4
        xor     bx, bx
.fill:  mov     ax, 0x4400
        mov     al, bl
        mov     dx, [handle]
        int     0x67
        push    bx
        shl     bx, 10                  ; the page's segment
        add     bx, [frame]
        mov     es, bx
        pop     bx
        mov     al, bl
        add     al, 'A'
        mov     ah, al
        push    cx
        mov     cx, 0x2000
        xor     di, di
        rep stosw
        pop     cx
        inc     bx
        loop    .fill
        mov     bx, 3
        ems     0x4400
        mov     bx, 3                   ; and again in the last: an alias
        ems     0x4403
        mov     es, [frame]
        mov     byte [es:0], 'x'
        mov     al, [es:0xC000]
        call    letter                  ; x
        mov     al, [es:0x4000]
        call    letter                  ; B
        newline

        ; What is wrong.
        mov     bx, 6
        ems     0x4400                  ; 8A
        mov     bx, 0
        ems     0x4404                  ; 8B
        mov     dx, 0x99
        ems     0x4400                  ; 83
        mov     dx, [handle]
        newline

        ; The map of the handle: saved, changed, restored.
        ems     0x4700
        ems     0x4700                  ; 8D
        mov     bx, 0
        ems     0x4400
        call    first                   ; A
        ems     0x4800
        call    first                   ; x
        ems     0x4800                  ; 8E
        newline

        ; The map in memory.
        push    cs
        pop     es
        mov     di, map
        ems     0x4E00
        mov     si, pages               ; pages 2, 1 at 0, 1, by number
        mov     cx, 2
        ems     0x5000
        call    first                   ; C
        mov     si, segments            ; page 0 at the frame, by segment
        mov     cx, 1
        mov     ax, [frame]
        mov     [segments + 2], ax
        ems     0x5001
        call    first                   ; A
        mov     si, map
        ems     0x4E01
        call    first                   ; x
        mov     bx, 0xFFFF
        ems     0x4400                  ; unmapped
        newline

        ; Names.
        mov     si, name
        ems     0x5301
        mov     dx, 0
        ems     0x5401
        sub     dx, [handle]
        hex16   dx                      ; 0000
        say     ' '
        mov     dx, [handle]
        mov     bx, 8
        ems     0x5100
        hex16   bx                      ; 0008
        newline

        ; Moving: 6 bytes to page 7 and back through the frame.
        mov     ax, [handle]
        mov     [move_handle], ax
        mov     ax, cs
        mov     [move_segment], ax
        mov     si, move
        ems     0x5700
        mov     bx, 7
        ems     0x4401
        mov     es, [frame]
        mov     al, [es:0x4001]
        call    letter                  ; o
        newline

        ; A call with another map.
        mov     ax, cs
        mov     [call_target + 2], ax
        mov     [call_new + 2], ax
        mov     [call_old + 2], ax
        mov     si, calling
        mov     bx, 0
        ems     0x5600
        hex16   bx                      ; 1234, from the procedure
        call    first                   ; x: the old map again
        newline

        ; A file read into the frame.
        mov     ax, 0x3D00
        mov     dx, file
        int     0x21
        must
        mov     bx, ax
        push    ds
        mov     ds, [frame]
        mov     dx, 0x7FFC              ; across two pages
        mov     cx, 8
        mov     ah, 0x3F
        int     0x21
        pop     ds
        must
        mov     es, [frame]
        mov     al, [es:0x7FFF]
        call    letter
        mov     al, [es:0x8000]
        call    letter
        newline

        mov     dx, [handle]
        ems     0x4500
        ems     0x4500                  ; 83
        ems     0xDE00                  ; 84: no VCPI
        newline
        leave_with 0

no_driver:
        say     'no driver', 13, 10
        leave_with 1

; The byte at the start of the frame.
first:  push    es
        mov     es, [frame]
        mov     al, [es:0]
        pop     es
letter: push    ax
        push    dx
        mov     dl, al
        mov     ah, 2
        int     0x21
        say     ' '
        pop     dx
        pop     ax
        ret

status: hex8    ah
        say     ' '
        ret

called: call    first                   ; C
        mov     bx, 0x1234
        retf

routines

section .data
device: db      'EMMXXXX0', 0
name:   db      'DOSEMU', 0, 0
file:   db      'DATA.TXT', 0
frame:  dw      0
handle: dw      0
pages:  dw      2, 0, 1, 1
segments: dw    0, 0
move:   dd      6
        db      0                       ; from conventional memory
        dw      0, text
move_segment: dw 0
        db      1                       ; to expanded memory
move_handle: dw 0, 0, 7
text:   db      'moved!'
calling:
call_target: dw called, 0
        db      1
call_new: dw    new, 0
        db      1
call_old: dw    old, 0
        times 4 dd 0
new:    dw      2, 0
old:    dw      3, 0
map:    times 64 db 0
