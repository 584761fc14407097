"""Which calls of DOS and the BIOS are carried over for protected-mode programs, and which knowingly are not."""

from __future__ import annotations

import re
from pathlib import Path

from dosemu import Machine
from dosemu.dpmi.pointers import AS_THEY_ARE, POINTERS, SEGMENT_RESULTS, Key
from dosemu.tools.services import tables
from int21.service import Service

_TRANSLATED = (0x10, 0x13, 0x15, 0x21, 0x25, 0x26, 0x2F, 0x33)
_POINTER = re.compile(r"\b(DS|ES)[: ]")


def _is_known(service: Service, known: set[Key]) -> bool:
    """Whether a service's function is there; one that is declared by AH may be there by its parts."""
    vector, ah, al = service.vector, service.function or 0, service.subfunction
    if (vector, ah, None) in known or (vector, ah, al) in known:
        return True
    return al is None and any(key[:2] == (vector, ah) for key in known)


def test_every_declared_pointer_is_carried_over_or_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "A.COM").write_bytes(b"\xc3")
    with Machine(tmp_path / "A.COM") as machine:
        known = {*POINTERS, *SEGMENT_RESULTS, *AS_THEY_ARE, *machine.dpmi.defaults.translation.special}
    with_pointers = [
        service
        for table in tables()
        for service in table
        if table.vector in _TRANSLATED and _POINTER.search(f"{service.takes} {service.gives}")
    ]
    assert len(with_pointers) > 100
    assert [service.number for service in with_pointers if not _is_known(service, known)] == []


def test_no_call_is_said_twice() -> None:
    assert not POINTERS.keys() & SEGMENT_RESULTS.keys()
    assert not (POINTERS.keys() | SEGMENT_RESULTS.keys()) & AS_THEY_ARE.keys()
