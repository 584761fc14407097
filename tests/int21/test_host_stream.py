from __future__ import annotations

import io
import os
from pathlib import Path

from int21.host_stream import HostStream
from tests.int21.files_guest import close, error, opened, read, seek, waits, write
from tests.int21.machine import Guest


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


def test_every_byte_passes_both_ways() -> None:
    everything = bytes(range(256)) * 10
    out = io.BytesIO()
    stream = HostStream(io.BytesIO(everything), out)
    assert stream.read(5000) == everything
    assert stream.write(everything) == len(everything)
    assert out.getvalue() == everything


def test_a_slow_pipe_fills_the_buffer_all_the_same() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"first")
    os.write(writer, b"second")
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as source:
        stream = HostStream(source)
        assert stream.read(8) == b"firstsec"
        assert stream.read(8) == b"ond"
        assert stream.read(8) == b""


def test_a_look_ahead_leaves_the_byte() -> None:
    stream = HostStream(io.BytesIO(b"a"))
    assert stream.peek() == 0x61
    assert stream.input_ready()
    assert stream.read(1) == b"a"
    assert stream.peek() is None


def test_the_end_is_ready_once() -> None:
    stream = HostStream(io.BytesIO(b"a"))
    assert stream.read(1) == b"a"
    assert stream.input_ready()
    assert stream.read(1) == b""
    assert not stream.input_ready()


def test_output_nobody_reads_ends_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb", buffering=0) as sink:
        stream = HostStream(sink=sink)
        assert not stream.broken
        assert stream.write(b"lost") == 4
        assert stream.broken
        assert stream.write(b"lost too") == 8


def test_a_full_disk_gives_a_short_count() -> None:
    with Path("/dev/full").open("wb", buffering=0) as sink:
        stream = HostStream(sink=sink)
        assert stream.write(b"data") == 0
        assert not stream.broken


def test_a_terminal_gives_lines_as_con_does() -> None:
    stream = HostStream(Terminal(b"one\ntwo\n"))
    assert stream.information & 0x80
    assert stream.read(100) == b"one\r\n"
    assert stream.read(2) == b"tw"
    assert stream.read(100) == b"o\r\n"
    assert stream.read(100) == b""


def test_closed_streams_do_no_harm() -> None:
    source, sink = io.BytesIO(b"x"), io.BytesIO()
    source.close()
    sink.close()
    stream = HostStream(source, sink)
    assert stream.read(5) == b""
    assert stream.write(b"x") == 1


def test_a_program_in_a_pipe(guest: Guest) -> None:
    for handle in range(5):
        close(guest, handle)
    out, err = io.BytesIO(), io.BytesIO()
    guest.dos.files.open_stdio(HostStream(io.BytesIO(b"in\x1aput\n")), HostStream(sink=out), HostStream(sink=err))
    assert read(guest, 0, 100) == b"in\x1aput\n"
    assert read(guest, 0, 100) == b""
    write(guest, 1, b"out\r\n\x1a")
    write(guest, 2, b"err")
    assert seek(guest, 1, 0, 1) == 6
    assert error(write(guest, 1, b"")) is None
    assert (out.getvalue(), err.getvalue()) == (b"out\r\n\x1a", b"err")
    assert guest.console.shown == b""


def test_con_gets_lines_of_the_host_while_no_keys_come(guest: Guest) -> None:
    handle = opened(guest, b"CON")
    guest.dos.files.host_input = HostStream(io.BytesIO(b"one\ntwo\r\nend\x1a\nrest"))
    guest.console.type(b"typed\r")
    assert read(guest, handle, 100) == b"typed\r\n"
    shown = bytes(guest.console.shown)
    assert [read(guest, handle, 100) for _ in range(5)] == [b"one\r\n", b"two\r\n", b"end", b"rest", b""]
    assert guest.console.shown == shown, "nothing is shown of it"
    assert read(guest, handle, 100) == b"", "the end stays the end"


def test_con_waits_for_keys_when_the_host_has_nothing(guest: Guest) -> None:
    handle = opened(guest, b"CON")
    guest.dos.files.host_input = HostStream(io.BytesIO(b""))
    assert waits(guest, handle, 100)
