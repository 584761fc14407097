from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dosemu.errors import SettingsError
from dosemu.machine import Machine
from dosemu.serial_peers import TcpPeer, parse
from dosemu.settings import Settings
from hw.serial_line import replay
from tests.covers import covers
from tests.fakes import FakeRegisters

# MOV DX,0 / MOV AX,00xx / INT 17h (or 14h with AH=1), for two bytes, then the end with AH as exit code.
PRINT = bytes.fromhex("31d2 b85000 cd17 b85100 cd17 88e0 b44c cd21")
SEND = bytes.fromhex("ba0300 b85801 cd14 88e0 b44c cd21")
# Three times INT 14h/02h and 01h on COM1; ends at a time-out, with AH as exit code.
ECHO = bytes.fromhex("b90300 31d2 b402 cd14 f6c480 7506 b401 cd14 e2ef 88e0 b44c cd21")
# Reads a line of at most 40h bytes from handle 3 (AUX) and writes it to handle 1.
SHOW = bytes.fromhex("bb0300 b94000 ba0002 b43f cd21 89c1 bb0100 b440 cd21 b8004c cd21")
# Handle 4 is PRN: write 3 bytes.
WRITE = bytes.fromhex("bb0400 b90300 ba1201 b440 cd21 b8004c cd21") + b"doc"


def run(folder: Path, code: bytes, *overrides: str) -> int | None:
    program = folder / "P.COM"
    program.write_bytes(code)
    with Machine(program, settings=Settings.load(user=None, overrides=overrides), stdio=True) as machine:
        machine.run(seconds=5)
        return machine.exit_code


@covers("17h/00h")
def test_what_is_printed_goes_to_the_file(tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    assert run(tmp_path, PRINT, f"printer.file={paper}") == 0x90
    assert run(tmp_path, WRITE, f"printer.file={paper}") == 0
    assert paper.read_bytes() == b"PQdoc"


def test_what_the_ports_strobe_out_goes_to_the_same_file(tmp_path: Path) -> None:
    # For each byte: wait while busy (379h bit 7 clear), data to 378h, strobe by bit 0 of 37Ah. Then two by INT 17h.
    ports = bytes.fromhex("be3001 b90300 ba7903 ec a880 74fb ac ba7803 ee ba7a03 b00d ee b00c ee e2e8") + PRINT
    paper = tmp_path / "paper.txt"
    assert run(tmp_path, ports + b"abc", f"printer.file={paper}") == 0x90
    assert paper.read_bytes() == b"abcPQ"


@covers("17h/00h")
def test_without_a_file_the_printer_is_off(tmp_path: Path) -> None:
    assert run(tmp_path, PRINT) == 0x31
    assert run(tmp_path, PRINT, f"printer.file={tmp_path}/no/such/folder") == 0x18
    assert [path.name for path in tmp_path.iterdir()] == ["P.COM"]


@covers("14h/01h")
def test_what_is_sent_goes_to_the_file(tmp_path: Path) -> None:
    assert run(tmp_path, SEND, f"serial.com4=file={tmp_path}/line.txt") == 0x60
    assert (tmp_path / "line.txt").read_bytes() == b"X"
    assert run(tmp_path, SEND, "serial.com4=null") == 0x60
    assert run(tmp_path, SEND) == 0x80


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        yield server


@covers("14h/01h", "14h/02h", "14h/00h", "14h/03h", "14h/04h", "14h/05h")
def test_a_program_talks_over_tcp(tmp_path: Path, server: socket.socket) -> None:
    (tmp_path / "P.COM").write_bytes(ECHO)
    with Machine(tmp_path / "P.COM", serial__com1=f"tcp:127.0.0.1:{server.getsockname()[1]}") as machine:
        peer = server.accept()[0]
        inputs: list[tuple[int, bytes | bool]] = []
        machine.serial[0].on_input = lambda time_ps, what: inputs.append((time_ps, what))

        def ask(ax: int) -> FakeRegisters:
            regs = FakeRegisters(ax=ax, dx=0)
            assert machine.bios.call(0x14, regs)
            return regs

        assert [ask(ax).ax for ax in (0x00E3, 0x0300, 0x0400)] == [0x60B0] * 3
        assert ask(0x0500).bl == 3
        machine.run(seconds=0.02)
        peer.sendall(b"hey")
        machine.run(seconds=1)
        assert (machine.exited, machine.exit_code) == (True, 0x60)
        peer.settimeout(10)
        assert peer.recv(9) == b"hey"
        peer.close()
    assert b"".join(what for _, what in inputs if isinstance(what, bytes)) == b"hey"

    # The same again from the recording, with nobody at the other end.
    with Machine(tmp_path / "P.COM", serial__com1="null") as machine:
        replay(machine.serial[0], inputs)
        machine.run(seconds=5)
        assert machine.exit_code == 0x60


@covers("14h/02h")
def test_a_port_is_listened_at_and_time_outs_are_told(tmp_path: Path) -> None:
    (tmp_path / "P.COM").write_bytes(SHOW)
    with Machine(tmp_path / "P.COM", serial__com1="tcp-listen:0", stdio=True) as machine:
        peer = machine.serial[0].peer
        assert isinstance(peer, TcpPeer)
        assert not machine.serial[0].carrier
        with socket.create_connection(("127.0.0.1", peer.port), 10) as caller:
            caller.sendall(b"CONNECT 2400\rmore")
            machine.run(until=lambda m: m.serial[0].carrier, frames=100)
            machine.run(seconds=1)
            assert machine.stdout == b"CONNECT 2400\r"
            assert machine.serial[0].waiting == 4
        machine.run(seconds=0.05)
    (tmp_path / "P.COM").write_bytes(ECHO)
    with Machine(tmp_path / "P.COM", serial__com1="tcp-listen:127.0.0.1:0", stdio=True) as machine:
        machine.memory.set_u8(0x47C, 0)
        machine.run(seconds=1)
        assert machine.exit_code == 0xE0


def test_a_connection_that_cannot_be_made_is_told(tmp_path: Path, server: socket.socket) -> None:
    port = server.getsockname()[1]
    server.close()
    (tmp_path / "P.COM").write_bytes(ECHO)
    with pytest.raises(SettingsError, match=f"serial.com2: tcp:127.0.0.1:{port}: Connection refused"):
        Machine(tmp_path / "P.COM", serial__com2=f"tcp:127.0.0.1:{port}")


@covers("17h/00h")
def test_each_printer_may_have_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.bat").write_bytes(b"echo one>lpt1\r\necho two>lpt2\r\necho three>prn\r\n")
    files = {f"printer__lpt{n}": str(tmp_path / f"{n}.txt") for n in (1, 2)}
    with Machine(tmp_path / "a.bat", stdio=True, **files) as machine:
        machine.run(seconds=5)
    assert (tmp_path / "1.txt").read_bytes() == b"one\r\nthree\r\n"
    assert (tmp_path / "2.txt").read_bytes() == b"two\r\n"


@pytest.mark.parametrize(
    "text",
    ["tcp", "tcp:host", "tcp:host:", "tcp::23", "tcp:host:70000", "tcp:host:0", "tcp-listen:x", "file=", "udp:a:1"],
)
def test_what_is_no_connection(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse(text)


def test_other_connections_are_refused() -> None:
    with pytest.raises(SettingsError, match="none, null, mouse, file=FILE"):
        Settings.load(user=None, overrides=["serial.com1=tcp"])
