"""A stub for GDB: the debugger behind the remote serial protocol on a TCP port (GDB manual, appendix E).

``set architecture i8086`` and addresses of segment * 16 + offset for 16-bit code, ``i386`` for 32-bit code. ``monitor``
runs the debugger's own commands. One client at a time; when it goes, the program goes on.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from dosemu.debug import gdb_target as target
from dosemu.debug.console import Console
from dosemu.debug.debugger import Debugger
from dosemu.debug.gdb_packets import INTERRUPT, LONGEST, PacketReader, frame
from dosemu.debug.points import Point, PointKind
from dosemu.debug.stops import Stop, StopKind
from dosemu.errors import DosemuError

if TYPE_CHECKING:
    from dosemu.machine import Machine

_TRAP, _INT, _KILL = 5, 2, 9
_MOST_BYTES: Final = LONGEST // 2
_POINTS: Final = {
    0: PointKind.ADDRESS, 1: PointKind.ADDRESS, 2: PointKind.WRITE, 3: PointKind.READ, 4: PointKind.ACCESS,
}  # fmt: skip
_WATCHES: Final = {
    PointKind.WRITE: "watch",
    PointKind.CHANGE: "watch",
    PointKind.READ: "rwatch",
    PointKind.ACCESS: "awatch",
}
_PATIENCE: Final = 0.02  # host seconds that a front end with a window waits for GDB at a time


class PacketError(ValueError):
    """A packet that cannot be read: answered with E01."""


def _hex(text: str) -> int:
    try:
        if not text or len(text) > 16:
            raise ValueError
        return int(text.lstrip("-") if text == "-1" else text, 16)
    except ValueError:
        raise PacketError(text) from None


class GdbServer:
    """Listens on ``port`` of 127.0.0.1 (0: any that is free; ``port`` tells). Raises DosemuError.

    ``run`` is ``Machine.run`` for front ends: it serves GDB while the program stands still. With ``wait`` the program
    stands still until GDB lets it go.
    """

    def __init__(self, machine: Machine, port: int = 0, *, wait: bool = False, base: int = 0) -> None:
        self.machine = machine
        self.debugger = Debugger(machine)
        self.console = Console(self.debugger)
        self.base = base
        self.stopped = wait
        self._client: socket.socket | None = None
        self._reader = PacketReader()
        self._acknowledge = True
        self._step = False
        self._points: dict[tuple[int, int, int], Point] = {}
        self._stop = Stop(StopKind.ENTRY)
        self._interrupted = False
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind(("127.0.0.1", port))
            self._listener.listen(1)
        except (OSError, OverflowError) as error:
            self._listener.close()
            raise DosemuError(f"port {port} for GDB: {getattr(error, 'strerror', None) or error}") from None
        self._listener.setblocking(False)
        self.port = int(self._listener.getsockname()[1])
        self.debugger.poll = self._poll

    def close(self) -> None:
        """Tell GDB how the program ended, and stop listening."""
        if self._client is not None and not self.stopped:
            self._send(self._report(Stop(StopKind.EXITED)))
        self._drop()
        self._listener.close()
        self.debugger.close()

    # --- for front ends -------------------------------------------------------------------------------

    def run(self, *, seconds: float | None = None, frames: int | None = None) -> None:
        """Run that long, or serve GDB for a moment while the program stands still."""
        if self.stopped:
            self._serve(_PATIENCE)
        if self.stopped or self.machine.exited:
            return
        if self._step:
            self._step = False
            self._halted(self.debugger.step())
            return
        stop = self.debugger.run(seconds if frames is None else frames / (self.machine.frame_rate or 70.0))
        if stop.kind is not StopKind.LIMIT:
            self._halted(stop)

    def serve(self) -> None:
        """Run the program under GDB until it ends or GDB is gone."""
        while not self.machine.exited:
            self.run(seconds=1.0)

    def _halted(self, stop: Stop) -> None:
        self._stop = stop
        if stop.kind is StopKind.EXITED:
            self._send(self._report(stop))
            self.stopped = True
            self._drop()
        elif self._client is not None:
            self.stopped = True
            self._send(self._report(stop))

    # --- the connection -------------------------------------------------------------------------------

    def _poll(self) -> bool:
        """While the program runs: has GDB something to say? True: it wants it to stop."""
        self._serve(0)
        interrupted, self._interrupted = self._interrupted, False
        return interrupted or self.stopped

    def _serve(self, patience: float) -> None:
        sources = [self._listener] if self._client is None else [self._client]
        try:
            ready, _, _ = select.select(sources, [], [], patience)
        except (OSError, ValueError):
            self._drop()
            return
        if not ready:
            return
        if self._client is None:
            self._accept()
            return
        try:
            data = self._client.recv(0x10000)
        except OSError:
            data = b""
        if not data:
            self._detach()
            return
        bad = self._reader.bad
        for packet in self._reader.feed(data):
            if packet == INTERRUPT:
                self._interrupted = not self.stopped
                continue
            if self._acknowledge:
                self._write(b"+")
            self._send(self.answer(packet))
            if self._client is None:
                return
        if self._reader.bad != bad and self._acknowledge:
            self._write(b"-")

    def _accept(self) -> None:
        try:
            self._client, _ = self._listener.accept()
            self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._client.settimeout(5)
        except OSError:
            self._client = None
            return
        self._reader = PacketReader()
        self._acknowledge = True
        self.stopped = True  # a debugger that attaches finds the program standing

    def _detach(self) -> None:
        """GDB is gone: the program goes on without breakpoints."""
        for point in self._points.values():
            self.debugger.remove(point)
        self._points.clear()
        self.stopped = False
        self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    def _write(self, data: bytes) -> None:
        if self._client is not None:
            try:
                self._client.sendall(data)
            except OSError:
                self._drop()

    def _send(self, answer: str | bytes | None) -> None:
        if answer is not None:
            self._write(frame(answer.encode("latin-1", "replace") if isinstance(answer, str) else answer))

    def _report(self, stop: Stop) -> str:
        """Why the program stands, as a stop reply."""
        if stop.kind is StopKind.EXITED or self.machine.exited:
            return f"W{(self.machine.exit_code or 0) & 0xFF:02x}"
        if stop.kind is StopKind.INTERRUPTED:
            return f"T{_INT:02x}"
        point = stop.point
        if point is not None and point.kind in _WATCHES and stop.address is not None:
            return f"T{_TRAP:02x}{_WATCHES[point.kind]}:{(stop.address - self.base) & 0xFFFFFFFF:x};"
        return f"T{_TRAP:02x}"

    # --- packets --------------------------------------------------------------------------------------

    def answer(self, packet: bytes) -> str | bytes | None:
        """What to answer: empty for what is not known, None where the answer comes when the program stops."""
        text = packet.decode("latin-1")
        handler = _HANDLERS.get(text[:1])
        if handler is None:
            return ""
        try:
            return handler(self, text[1:])
        except (PacketError, IndexError, ValueError):
            return "E01"

    def _query(self, text: str) -> str | bytes:
        name, _, rest = text.partition(":")
        match name.split(",")[0]:
            case "Supported":
                return f"PacketSize={LONGEST:x};QStartNoAckMode+;qXfer:features:read+;vContSupported+;hwbreak+;swbreak+"
            case "Attached":
                return "0"
            case "C":
                return "QC1"
            case "fThreadInfo":
                return "m1"
            case "sThreadInfo":
                return "l"
            case "Symbol":
                return "OK"
            case "Offsets":
                return ""
            case "Rcmd":
                return self._monitor(name.partition(",")[2])
            case "Xfer":
                return self._features(rest)
        return ""

    def _monitor(self, coded: str) -> str:
        line = bytes.fromhex(coded).decode("utf-8", "replace").strip()
        word, _, rest = line.partition(" ")
        if word == "base":
            if rest:
                self.base = self.console.value(rest) & 0xFFFFFFFF
            said = f"addresses are counted from {self.base:X}"
        elif self.machine.exited:
            said = "the program has ended"
        else:
            said = self.console.execute(line)
        return ((said + "\n").encode()[: _MOST_BYTES - 1]).hex() if said else "OK"

    def _features(self, text: str) -> str:
        kind, action, annex, window = [*text.split(":"), "", "", ""][:4]
        if (kind, action, annex) != ("features", "read", "target.xml"):
            return "E00" if kind == "features" else ""
        offset, _, length = window.partition(",")
        xml = target.description(wide=self.debugger.wide)
        start = _hex(offset)
        part = xml[start : start + min(_hex(length), _MOST_BYTES)]
        return ("m" if start + len(part) < len(xml) else "l") + part

    def _set(self, text: str) -> str:
        if text == "StartNoAckMode":
            self._acknowledge = False
            return "OK"
        return ""

    def _registers(self, text: str) -> str:
        return target.dump(self.debugger, self.base)

    def _write_registers(self, text: str) -> str:
        at = 0
        for register in target.REGISTERS:
            part = text[at : at + 2 * register.size]
            at += 2 * register.size
            if register.group == "core" and len(part) == 8 and not part.startswith("x"):
                target.write(self.debugger, register, int.from_bytes(bytes.fromhex(part), "little"), self.base)
        return "OK"

    def _register(self, text: str) -> str:
        register = self._numbered(text)
        value = target.read(self.debugger, register, self.base)
        return "xx" * register.size if value is None else value.hex()

    def _write_register(self, text: str) -> str:
        number, _, value = text.partition("=")
        register = self._numbered(number)
        data = bytes.fromhex(value)
        done = len(data) == 4 and target.write(self.debugger, register, int.from_bytes(data, "little"), self.base)
        return "OK" if done else "E01"

    @staticmethod
    def _numbered(text: str) -> target.Register:
        return target.REGISTERS[_hex(text)]

    def _place(self, text: str) -> tuple[int, int]:
        address, _, size = text.partition(",")
        return (_hex(address) + self.base) & 0xFFFFFFFF, _hex(size)

    def _memory(self, text: str) -> str:
        address, size = self._place(text)
        data = self.debugger.memory.read(address, min(size, _MOST_BYTES))
        return data.hex() if data or not size else "E14"

    def _write_memory(self, text: str) -> str:
        where, _, data = text.partition(":")
        address, size = self._place(where)
        raw = bytes.fromhex(data)
        if len(raw) != size:
            raise PacketError(text)
        return "OK" if self.debugger.memory.write(address, raw) == size else "E14"

    def _write_binary(self, text: str) -> str:
        where, _, data = text.partition(":")
        address, size = self._place(where)
        raw = data.encode("latin-1")
        if len(raw) != size:
            raise PacketError(text)
        return "OK" if self.debugger.memory.write(address, raw) == size else "E14"

    def _point(self, text: str, *, insert: bool) -> str:
        parts = text.partition(";")[0].split(",")
        kind, address, size = _hex(parts[0]), (_hex(parts[1]) + self.base) & 0xFFFFFFFF, _hex(parts[2])
        if kind not in _POINTS:
            return ""
        key = (kind, address, size)
        if not insert:
            point = self._points.pop(key, None)
            if point is not None:
                self.debugger.remove(point)
        elif key not in self._points:
            if kind < 2:
                self._points[key] = self.debugger.break_at(address)
            else:
                self._points[key] = self.debugger.watch(address, max(size, 1), _POINTS[kind])
        return "OK"

    def _insert(self, text: str) -> str:
        return self._point(text, insert=True)

    def _remove(self, text: str) -> str:
        return self._point(text, insert=False)

    def _resume(self, text: str, *, step: bool) -> str | None:
        if self.machine.exited:
            return self._report(Stop(StopKind.EXITED))
        if text:
            self.machine.regs.eip = (_hex(text) + self.base - self.machine.regs.base("cs")) & 0xFFFFFFFF
        self._step = step
        self.stopped = False
        return None

    def _continue(self, text: str) -> str | None:
        return self._resume(text, step=False)

    def _one_step(self, text: str) -> str | None:
        return self._resume(text, step=True)

    def _with_signal(self, text: str) -> str | None:
        return self._resume(text.partition(";")[2], step=False)

    def _verbose(self, text: str) -> str | None:
        if text.startswith("Cont?"):
            return "vCont;c;C;s;S"
        if text.startswith("Cont;"):
            action = text[5:6]
            if action in "csCS" and action:
                return self._resume("", step=action in "sS")
            return "E01"
        if text.startswith("Kill"):
            self._kill("")
            return "OK"
        return ""

    def _why(self, text: str) -> str:
        return self._report(self._stop)

    def _kill(self, text: str) -> str | None:
        self.machine.kill("killed by GDB", 128 + _KILL)
        return None

    def _leave(self, text: str) -> str | None:
        self._send("OK")
        self._detach()
        return None

    def _thread(self, text: str) -> str:
        return "OK"


_HANDLERS: Final[dict[str, Callable[[GdbServer, str], str | bytes | None]]] = {
    "q": GdbServer._query, "Q": GdbServer._set, "g": GdbServer._registers, "G": GdbServer._write_registers,
    "p": GdbServer._register, "P": GdbServer._write_register, "m": GdbServer._memory, "M": GdbServer._write_memory,
    "X": GdbServer._write_binary, "Z": GdbServer._insert, "z": GdbServer._remove, "c": GdbServer._continue,
    "s": GdbServer._one_step, "C": GdbServer._with_signal, "v": GdbServer._verbose, "?": GdbServer._why,
    "k": GdbServer._kill, "D": GdbServer._leave, "H": GdbServer._thread, "T": GdbServer._thread,
}  # fmt: skip
