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


_WORD_AT_FFFF_286 = _cases(
    """
    01 55; 03 39; 07 52; 09 119 140; 0B 103; 11 76; 13 92; 19 12; 1B 28; 21 145; 23 129; 29 139; 31 17 75 99;
    33 1 91 115; 39 11 35 81; 3B 27 51 65; 62 11; 69 83; 6B 67; 6D 1 22 49 53 62 72 89 101 126;
    6F 6 24 48 54 62 72 96 99 132 148; A5 41 42 63 124 130 135 141; A7 47 57 58 108 139 141 146; AB 79 89 90 131;
    AD 60 105 128 138; AF 111 121 122; C1.0 33 72 134; C1.1 32 73 135; C1.2 35 74 132; C1.3 34 75 133;
    C1.4 37 76 130; C1.5 36 77 131; C1.6 39 78 128; C1.7 38 79 129; C2 122 138; C3 114 130; C4 9 96; C5 1 104;
    C7 17 120; C9 9 26 57 77 88; CA 58; CB 50; D1.0 6; D1.1 7; D1.2 4; D1.3 5; D1.4 2; D1.5 3; D1.6 0; D1.7 1;
    D3.0 22; D3.1 23; D3.2 20; D3.3 21; D3.4 18; D3.5 19; D3.6 16; D3.7 17; D8 78 128; F7.0 19 52 74 110;
    F7.1 18 53 75 111; F7.2 17 54 72 108; F7.3 16 55 73 109; F7.4 23 48 78 106; F7.5 22 49 79 107;
    F7.6 21 50 76 104; F7.7 20 51 77 105; FF.0 10 46 83 116; FF.1 11 47 82 117; FF.2 8 44 81 118; FF.3 9 45 80 119;
    FF.4 14 42 87 112; FF.5 15 43 86 113; FF.6 12 40 85 114
    """
)

DIFFERENCES: dict[str, tuple[Difference, ...]] = {
    "286": (
        Difference(
            "a word at offset FFFFh crosses the segment's end and raises exception 13; limits are not checked, as a "
            "check on every access would cost every program, and programs do not do this",
            _WORD_AT_FFFF_286,
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
