"""The stub for GDB: with the real gdb, and with packets that no gdb would send."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dosemu import Machine
from dosemu.debug.gdb_packets import PacketReader, frame
from dosemu.debug.gdb_server import GdbServer
from tests.dosemu.debug.guests import LOOP, PROGRAMS


@pytest.fixture
def server() -> Iterator[GdbServer]:
    with Machine.from_files({"T.COM": LOOP}) as machine:
        machine.keyboard.schedule("0.2:a")
        server = GdbServer(machine, wait=True)
        yield server
        server.close()


def gdb(server: GdbServer, *commands: str, architecture: str = "i8086") -> str:
    """What gdb says to these commands; the program runs meanwhile."""
    assert shutil.which("gdb"), "these tests need gdb"
    words = ["gdb", "-nx", "-batch", "-ex", f"set architecture {architecture}", "-ex", f"target remote :{server.port}"]
    for command in commands:
        words += ["-ex", command]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        while process.poll() is None:
            server.run(seconds=0.05)
    finally:
        process.kill()
    return process.communicate()[0]


def test_gdb_attaches_breaks_steps_and_reads_in_16_bit_code(server: GdbServer) -> None:
    base = server.machine.regs.cs << 4
    said = gdb(
        server, "p/x $ip", "x/2i $pc", "stepi", "p $ecx", f"break *{base + 0x123}", "continue", "p/x $eip",
        "x/1hx $ss_base+$esp", f"watch *(char*){base + 0x12E}", "continue", "delete",
        f"set var *(char*){base + 0x12F}=0x55",
        f"x/2bx {base + 0x12E}", "set var $ecx=1", "monitor psp", "continue",
    )  # fmt: skip
    assert "$1 = 0x100" in said
    assert re.search(r"mov\s+\$0x5,%cx", said)
    assert "$2 = 5" in said
    assert f"$3 = {base + 0x123:#x}" in said
    assert "0x0106" in said
    assert "New value = 5" in said
    assert re.search(r"0x05\s+0x55", said)
    assert "parent" in said
    assert "exited with code 05" in said


def test_gdb_in_32_bit_code() -> None:
    program = next((PROGRAMS / "dpmi_32").glob("*.com"))
    with Machine(program, stdio=True) as machine:
        server = GdbServer(machine, wait=True)
        server.console.execute("break int 31h")
        try:
            said = gdb(server, "continue", "p/x $cs", "x/1i $pc", "stepi", "p $pc", "monitor delete", "continue",
                       architecture="i386")  # fmt: skip
        finally:
            server.close()
        assert re.search(r"int\s+\$0x31", said)
        assert "exited" in said


def test_gdb_detaches_and_the_program_goes_on(server: GdbServer) -> None:
    base = server.machine.regs.cs << 4
    gdb(server, f"break *{base + 0x123}", "continue", "detach")
    server.serve()
    assert server.machine.exit_code == 5


def ask(server: GdbServer, packet: str | bytes) -> str:
    answer = server.answer(packet.encode("latin-1") if isinstance(packet, str) else packet)
    assert answer is None or isinstance(answer, str)
    return answer or ""


def test_registers_and_memory(server: GdbServer) -> None:
    machine = server.machine
    ask(server, "P0=78563412")
    assert machine.regs.eax == 0x12345678
    assert ask(server, "p0") == "78563412"
    values = ask(server, "g")
    assert values.startswith("78563412")
    assert ask(server, "G" + "00000000" + values[8:]) == "OK"
    assert machine.regs.eax == 0
    assert machine.regs.ip == 0x100
    address = machine.regs.cs * 16 + 0x200
    assert ask(server, f"M{address:x},2:6162") == "OK"
    assert ask(server, f"m{address:x},2") == "6162"
    assert ask(server, b"X" + f"{address:x},2:".encode() + b"\xff\x00") == "OK"
    assert ask(server, f"m{address:x},2") == "ff00"
    assert ask(server, "mffff0000,10") == "E14"


def test_packets_survive_escapes_and_bad_ones_are_asked_for_again() -> None:
    reader = PacketReader()
    assert list(reader.feed(frame(b"X0,4:}#$*"))) == [b"X0,4:}#$*"]
    assert list(reader.feed(b"$g#00" + b"$g#zz" + frame(b"?"))) == [b"?"]
    assert reader.bad == 2


def test_the_description_comes_in_parts(server: GdbServer) -> None:
    whole, at = "", 0
    while True:
        part = ask(server, f"qXfer:features:read:target.xml:{at:x},80")
        whole += part[1:]
        at = len(whole)
        if part[0] == "l":
            break
    assert "<architecture>i8086</architecture>" in whole
    assert whole.endswith("</target>")


def test_garbage_is_answered_never_raised(server: GdbServer) -> None:
    dice = random.Random(3)
    letters = "qQgGpPmMXZzv?HTCcs"
    pieces = [
        "0",
        "1",
        "ffffffffffff",
        ",",
        ":",
        ";",
        "=",
        "-1",
        "Cont",
        "Rcmd,",
        "zz",
        "6d6362",
        "Supported",
        "\xff",
        "x",
    ]
    for _ in range(4000):
        packet = dice.choice(letters) + "".join(dice.choices(pieces, k=dice.randrange(7)))
        ask(server, packet)
        server.stopped = True
        for point in list(server.debugger.points.values()):
            server.debugger.remove(point)
        server._points.clear()
    reader = PacketReader()
    for _ in range(300):
        for packet in reader.feed(dice.randbytes(200) + b"$" + dice.randbytes(4)):
            ask(server, packet if packet[:1] not in b"kD" else b"?")
    assert not server.machine.exited


def test_a_port_that_is_taken_is_one_line(server: GdbServer) -> None:
    from dosemu.errors import DosemuError

    with pytest.raises(DosemuError, match=f"port {server.port} for GDB"):
        GdbServer(server.machine, server.port)


def test_ci_installs_gdb() -> None:
    assert "gdb" in (Path(__file__).parents[3] / ".ci" / "run").read_text().split("packages=(")[1].split(")")[0].split()
