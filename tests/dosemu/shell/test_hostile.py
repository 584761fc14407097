"""Whatever is typed or stands in a file: the shell answers with messages, and goes on."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dosemu.machine import Machine
from dosemu.shell import registry

registry.load_all()

NAMES = sorted(name.decode() for name in {*registry.BUILTINS, *registry.EXTERNALS} - {b"EXIT"})
WORDS = st.one_of(
    st.sampled_from(["*.*", "a.txt", "sub", "c:", "z:", "q:", "/s", "/p", "/?", "/a:x", "..", "\\", "nul", "con.x",
                     "%1", "%", "%path%", "+", "==", "|", ">", "<", ">>", '"', "(", ")", "in", "do", "/y", "-1", "@",
                     "errorlevel", "not", "exist", "on", "off", "99999999999999999999", "12-31-99", "12:30p"]),
    st.text(st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n\x1a"), max_size=20),
)  # fmt: skip
LINES = st.lists(
    st.tuples(st.sampled_from(["", *NAMES]), st.lists(WORDS, max_size=5)).map(lambda t: " ".join([t[0], *t[1]])),
    min_size=1, max_size=12,
)  # fmt: skip


def run(folder: Path, script: bytes) -> Machine:
    with Machine(folder, stdio=True, stdin=script) as machine:
        machine.run(seconds=20)
        assert machine.fault is None
        return machine


@given(LINES)
@settings(deadline=None, max_examples=40)
def test_any_lines(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer, "c")
        (folder / "SUB").mkdir(parents=True)
        (folder / "A.TXT").write_bytes(b"text\r\n")
        (folder / "X.BAT").write_bytes(("\r\n".join(lines) + "\r\n").encode("cp437", "replace"))
        Path(outer, "OUTSIDE").write_bytes(b"x")
        run(folder, b"x a b\r\n" + "\r\n".join(lines).encode("cp437", "replace") + b"\r\n")
        assert sorted(path.name for path in Path(outer).iterdir()) == ["OUTSIDE", "c"]


@given(st.binary(max_size=400))
@settings(deadline=None, max_examples=30)
def test_any_bytes_as_a_batch_file(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer)
        (folder / "X.BAT").write_bytes(data)
        run(folder, b"x\r\n")


@given(st.lists(st.tuples(st.integers(0x5580, 0x5582), st.binary(max_size=8)), min_size=1, max_size=8))
@settings(deadline=None, max_examples=40)
def test_any_program_may_call_the_shells_own_interrupt(calls: list[tuple[int, bytes]]) -> None:
    code = b"".join(b"\xb8" + number.to_bytes(2, "little") + b"\xcd\x2f" for number, _ in calls)
    with tempfile.TemporaryDirectory() as outer:
        program = Path(outer, "X.COM")
        program.write_bytes(code + b"\xb8\x00\x4c\xcd\x21" + b"".join(junk for _, junk in calls))
        with Machine(program, stdio=True, stdin=b"") as machine:
            machine.run(seconds=2)
