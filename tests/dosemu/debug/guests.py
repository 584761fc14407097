"""Guest programs for the tests of the debugger."""

from __future__ import annotations

from pathlib import Path

PROGRAMS = Path(__file__).parents[2] / "programs"

# 100 mov cx,5 / 103 call 123 / 106 mov [12e],cl / 10a mov al,cl / 10c out 80,al / 10e loop 103 / 110 mov di,12e
# 113 mov cx,3 / 116 mov al,9 / 118 rep stosb / 11a mov ah,0 / 11c int 16 / 11e mov ax,4c05 / 121 int 21
# 123 push bp / mov bp,sp / inc word [12c] / pop bp / ret / 12c dw 0 / 12e db 0,0,0,0
LOOP = bytes.fromhex(
    "b90500 e81d00 880e2e01 88c8 e680 e2f3 bf2e01 b90300 b009 f3aa b400 cd16 b8054c cd21"
    "55 89e5 ff062c01 5d c3 0000 00000000"
)

LOOP_MAP = """
  Address         Publics by Value

 0000:0100       start
 0000:0123       sub
 0000:012C       counter
"""

WATCOM_MAP = """
Address        Symbol
=======        ======

Module: t.obj(T.C)
0001:00000060+ twice_
0002:000006f0  _counter
"""

# mov ah,3Fh; mov bx,0; mov cx,3; mov dx,200h; int 21h; mov ax,4C00h; int 21h: reads its input to DS:200h
READ = bytes.fromhex("b43f bb0000 b90300 ba0002 cd21 b8004c cd21")

# sti; hlt; inc ax; jmp $
HALT = bytes.fromhex("fb f4 40 ebfe")
