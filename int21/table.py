"""The tables in which the interrupt services of DOS are declared.

Every module of the package that holds services imports its table from here and registers itself:

>>> from int21.table import int21
>>> int21.vector, int21.name
(33, 'DOS')

INT 25h and 26h return with RETF and leave the caller's flags on the stack (MS-DOS Programmer's
Reference, "Absolute Disk Read"): the caller pops them. Such handlers carry the mark of
``leaves_flags``; whoever dispatches asks ``flags_stay(service)`` and pushes the flags for the caller.
"""

from __future__ import annotations

from collections.abc import Iterator

from int21.service import Handler, Service, ServiceTable

int20 = ServiceTable(0x20, "DOS terminate")
int21 = ServiceTable(0x21, "DOS")
int22 = ServiceTable(0x22, "DOS end of program")
int25 = ServiceTable(0x25, "DOS absolute disk read")
int26 = ServiceTable(0x26, "DOS absolute disk write")
int27 = ServiceTable(0x27, "DOS terminate and stay resident")
int28 = ServiceTable(0x28, "DOS idle")
int29 = ServiceTable(0x29, "DOS fast console output")
int2a = ServiceTable(0x2A, "network")
int2e = ServiceTable(0x2E, "COMMAND.COM execute command")
int2f = ServiceTable(0x2F, "multiplex")
int33 = ServiceTable(0x33, "mouse")
int67 = ServiceTable(0x67, "expanded memory")
int74 = ServiceTable(0x74, "mouse interrupt")
# No interrupt: the far entry point that INT 2Fh/4310h gives.
xms = ServiceTable(0x2F4310, "extended memory")

_LEAVES_FLAGS = "leaves_flags"


def tables() -> Iterator[ServiceTable]:
    """All tables of the package, by vector."""
    yield from (int20, int21, int22, int25, int26, int27, int28, int29, int2a, int2e, int2f, int33, int67, int74, xms)


def leaves_flags(handler: Handler) -> Handler:
    """Mark a handler: when it is done, two more bytes (the caller's flags) are on the caller's stack."""
    setattr(handler, _LEAVES_FLAGS, True)
    return handler


def flags_stay(service: Service) -> bool:
    """Whether the caller of this service finds its flags on the stack and has to pop them."""
    return bool(getattr(service.handler, _LEAVES_FLAGS, False))
