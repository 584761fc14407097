"""The single-step tests that the engine does not pass, and why: each is a difference we keep on purpose.

``forms`` names the test files, and the cases in them by index; ``ANY`` stands for as many of a file's cases
as the reason touches. test_sst.py fails when a case fails that is not here, and when one here passes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ANY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """A reason, and the cases that differ for it."""

    reason: str
    forms: dict[str, frozenset[int]] = field(default_factory=dict)

    def covers(self, form: str, index: int) -> bool:
        """Whether this difference explains a failure of the case."""
        cases = self.forms.get(form)
        return cases is not None and (cases is ANY or index in cases)


def _cases(text: str) -> dict[str, frozenset[int]]:
    """``"01 55; 09 119 140"``: form, then the indexes of its cases."""
    words = [entry.split() for entry in text.replace("\n", " ").split(";")]
    return {form: frozenset(map(int, indexes)) for form, *indexes in words}


_MOVED_286 = _cases(
    """
    6D 1 22 49 53 62 72 89 101 126; 6F 6 24 48 54 62 72 96 99 132 148; A5 41 42 63 124 130 135 141;
    A7 47 57 58 108 139 141 146; AB 79 89 90 131; AD 60 105 128 138; AF 111 121 122
    """
)

DIFFERENCES: dict[str, tuple[Difference, ...]] = {
    "286": (
        Difference(
            "a string instruction that faults at offset FFFFh has moved SI, DI and CX already; here it can begin again",
            _MOVED_286,
        ),
    ),
    "8086": (
        Difference(
            "an instruction that runs past offset FFFFh goes on at offset 0; here it is read from after the segment",
            _cases("D2.7 98"),
        ),
        Difference(
            "the undocumented SETMO and SETMOC (shift group, /6) set all bits; here, as on later CPUs, they are SHL",
            {"D0.6": ANY, "D1.6": ANY, "D2.6": ANY, "D3.6": ANY},
        ),
        Difference(
            "ESC without an 8087 only reads memory; this machine has a coprocessor, so operands are stored and opcodes "
            "that the 387 does not have raise exception 6",
            {"D9": ANY, "DA": ANY, "DB": ANY, "DD": ANY, "DE": ANY, "DF": ANY},
        ),
        Difference(
            "a repeat prefix before IDIV negates the quotient, an accident of the 8086's microcode",
            _cases("F6.7 49; F7.7 182"),
        ),
    ),
}
