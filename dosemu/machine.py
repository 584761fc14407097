"""The machine: wires CPU, chips, BIOS and DOS together, and is what programs are driven with.

>>> import tempfile, pathlib
>>> program = pathlib.Path(tempfile.mkdtemp(), "HELLO.COM")
>>> _ = program.write_bytes(bytes.fromhex("b409 ba0901 cd21 cd20") + b"Hello!$")  # AH=09h, INT 20h
>>> with Machine(program, stdio=True) as m:
...     m.run()
...     m.stdout, m.exit_code
(b'Hello!', 0)
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from dosemu.bios.bios import Bios
from dosemu.bios.code_page import use_code_page
from dosemu.bios.rom import MOUSE_TEXT, XMS_ENTRY, Trap
from dosemu.cpu.engine import Engine
from dosemu.cpu.registers import Registers
from dosemu.disk_changer import DiskChanger
from dosemu.dpmi import layout
from dosemu.dpmi.blocks import Pool
from dosemu.dpmi.host import Host
from dosemu.driving import Driving
from dosemu.errors import NotDosProgram
from dosemu.host_drives import mount_drives, startup_disk, wire_drives
from dosemu.host_ports import connect_printers, connect_serial
from dosemu.interrupts import BIOS_SEGMENT, FAULT_NAMES, Caller, Interrupts, write_stubs
from dosemu.joystick_input import JoystickInput
from dosemu.keeping import Keeping
from dosemu.keystrokes import KeyboardInput
from dosemu.loader import load_image
from dosemu.loader.signature import is_mz
from dosemu.mouse_input import MouseInput
from dosemu.pace import Pace
from dosemu.settings import MountSpec, Settings
from dosemu.shell.shells import Shells, mount_virtual_drive
from dosemu.sound import Sound
from dosemu.starting import check_program, command_tail
from dosemu.trace import Trace
from dosemu.vcpi import Vcpi
from hw.adapter import make_adapter
from hw.clock import Clock
from hw.dma import Dma
from hw.joystick import GamePort
from hw.keyboard import Keyboard
from hw.memory import Memory
from hw.pic import Pic
from hw.pit import Pit
from hw.ports import PortBus
from hw.rtc import Rtc
from hw.speaker import Speaker
from hw.system import SystemPorts
from int21 import dispatch, services, table
from int21.board import Board
from int21.code_pages import code_page
from int21.dos import Dos
from int21.drives import Drives, drive_number
from int21.errors import DosError
from int21.host_stream import HostStream
from int21.service import Service, ServiceTable
from int21.settings import DosSettings
from int21.stdio import STDERR
from int21.xms import FIRST_KB

if TYPE_CHECKING:
    from dosemu.screen import Screen
    from dosemu.snapshot.snapshot import Snapshot

FIXED_START = datetime(1995, 1, 1)  # power-on time unless the settings say otherwise: runs repeat exactly
FAULT_EXIT = 255
_MODE_13H = 0x13
# Where the video memory is a part of the RAM: what is left to programs (Tandy 1000), and paragraphs within it (PCjr).
_MEMORY_KB = {"tandy": 624}
_VIDEO_RAM = {"pcjr": (0x1800, 0x2000)}


class Machine(Driving, Keeping):
    """A PC with DOS that runs one program.

    ``program`` is a host path; its folder becomes C:. A .BAT file is run by the shell; a folder becomes C:, and
    the shell runs in it. The image of a disk is mounted, and its AUTOEXEC.BAT run.
    ``args`` are its arguments. With ``stdio`` the DOS
    handles 0, 1 and 2 are byte streams (``stdin``/``stdout``/``stderr``, or captured when not given), else
    the console. ``here`` mounts the current folder too and makes it current. With ``overlay`` the program's folder is
    not changed: what is written goes to that folder, or (True) to one that ends with the machine. ``record`` is a file
    that takes all input, for ``dosemu.replay``; it is written when the machine is closed. ``settings`` is a
    Settings object; further keyword arguments change single ones: ``Machine("A.COM", cycles=3000)``.

    Raises ProgramNotFound, NotDosProgram, SettingsError, MountError.

    >>> from dosemu import Machine
    >>> code = bytes.fromhex("b402 b241 cd21 b8034c cd21")  # INT 21h/02h writes "A", INT 21h/4Ch ends with 3
    >>> with Machine.from_files({"T.COM": code}, stdio=True, cycles=3000) as m:
    ...     m.run()
    ...     m.stdout, m.exit_code
    (b'A', 3)
    """

    snapshot_skips = ("settings", "title", "screen", "hooks", "fs", "symbols", "_program", "_made_of", "_last_snapshot",
                      "overlay_folder", "log", "_cleanups")  # fmt: skip

    def __init__(
        self,
        program: str | os.PathLike[str] | None,
        args: Sequence[str] = (),
        *,
        settings: Settings | None = None,
        stdin: BinaryIO | bytes | None = None,
        stdout: BinaryIO | None = None,
        stderr: BinaryIO | None = None,
        stdio: bool = False,
        here: bool | str | os.PathLike[str] = False,
        overlay: bool | str | os.PathLike[str] = False,
        trace: Trace | None = None,
        record: str | os.PathLike[str] | None = None,
        **changes: Any,
    ) -> None:
        given = settings is not None
        settings = settings or Settings()
        if changes:
            settings = settings.with_(**changes)
        self.exited = False
        self._cleanups: list[Callable[[], None]] = []
        self.exit_code: int | None = None
        self.exit_reason = ""
        self.fault: str | None = None
        path = None if program is None else Path(program)
        self._program = path
        boot = None if path is None else startup_disk(path)
        made_with = settings
        self.overlay_folder: Path | None = None  # the one that goes with the machine
        if path is not None and boot is None:
            check_program(path)
            if overlay is not False:
                if overlay is True:
                    self.overlay_folder = self.temporary_folder()
                above = self.overlay_folder or Path(str(overlay))
                folder = path if path.is_dir() else path.parent
                settings = settings.with_(mounts={"C": MountSpec("C", folder, overlay=above)})
        self.settings = settings
        self.title = (path.name if path is not None else "") or "dosemu"
        start = settings.dos.power_on(datetime.now() if given else FIXED_START)

        kept_apart = overlay if isinstance(overlay, bool) else os.fspath(Path(overlay).absolute())
        current = (Path.cwd() if here is True else Path(here).absolute()) if here else None
        self._made_of = (path, tuple(args), made_with, stdio, current, start, kept_apart)
        self._last_snapshot: Snapshot | None = None

        self.clock = Clock()
        self.pace = Pace(self.clock, settings.cpu.cycles)
        extended_kb = settings.memory.extended_kb
        # An expanded memory board's pages are behind all other memory.
        ems_kb = settings.memory.ems_kb & ~15
        # So are the tables of the DPMI host, in front of them.
        host_base = 1024 + extended_kb << 10
        self.memory = Memory(host_base + layout.HOST_SIZE + (ems_kb << 10))
        self.ports = PortBus()
        self.pic = Pic(self.ports)
        self.pit = Pit(self.ports, self.clock, self.pic)
        self.speaker = Speaker(self.pit, self.clock)
        self.dma = Dma(self.ports, self.memory)
        self.sound = Sound(
            self.ports, self.clock, self.pic, self.dma, self.speaker, settings.sound,
            tandy=settings.machine.type == "tandy",
        )  # fmt: skip
        self.controller = Keyboard(self.ports, self.clock, self.pic)
        self.joystick = JoystickInput(GamePort(self.ports, self.clock), settings.joystick.type)
        conventional_kb = min(settings.memory.conventional_kb, _MEMORY_KB.get(settings.machine.type, 640))
        self.rtc = Rtc(self.ports, self.clock, self.pic, start, base_kb=conventional_kb, extended_kb=extended_kb)
        self.system = SystemPorts(self.ports)
        video = settings.machine
        self.adapter = make_adapter(
            video.type, self.ports, self.clock, composite=video.composite, era=video.era, hue=video.hue,
            snow=video.snow,
            memory_kb=video.svga_kb if video.type == "svga" else video.ega_kb,
        )  # fmt: skip
        self.engine = Engine(
            self.memory, self.clock, self.ports, self.pic, settings.cpu.type, video=self.adapter.memory
        )
        self.adapter.attach(self.memory, self._show_page)
        self.regs = self.engine.regs
        self.bios = Bios(
            self.memory, self.clock, self.ports, self.pic, self.pit, self.controller, self.adapter, self.rtc,
            memory_kb=conventional_kb,
        )  # fmt: skip
        # The XMS driver leaves nothing for INT 15h/88h.
        xms_kb = settings.memory.xms_size_kb if settings.cpu.type != "8086" else 0
        self.bios.extended_kb = 0 if xms_kb else extended_kb
        self.bios.game_port = self.joystick.port
        self.bios.pixels = self.engine.pixels
        write_stubs(self.memory)
        self.keyboard = KeyboardInput(self.controller, self.clock)
        self.keyboard.layout = self.bios.keyboard_layout
        self.keyboard.room = self.bios.key_room
        if settings.dos.keyboard != "us":
            self.bios.set_keyboard(settings.dos.keyboard.upper(), code_page(settings.dos.codepage).codec)
        if settings.dos.codepage != self.bios.code_page:
            use_code_page(self.bios, settings.dos.codepage)
        self.keyboard.codec = self.bios.codec
        self.system.on_a20 = self._set_a20
        self.controller.on_a20 = self._set_a20
        self.bios.on_a20 = self._set_a20
        self.bios.on_reboot = self._reset
        self.system.on_reset = self._reset
        self.system.on_clear_coprocessor = self.engine.ignore_fpu_error
        self.controller.on_reset = self._reset
        # As a BIOS leaves it: addresses wrap at 1 MB, which EXEPACK's unpacker counts on in low memory.
        self._set_a20(False)

        drives = Drives(settings.dos.drives, code_page(settings.dos.codepage))
        mounts = settings.mounts if boot is None else settings.mounts | {boot.letter: boot}
        mounted = mount_drives(drives, mounts, None if boot is not None else path, here=current)
        search_path = mounted.search_path.decode("cp437") or "C:"
        if boot is not None:
            drives.current = drive_number(boot.letter)
            search_path = f"{boot.letter}:\\"
        tools, letter = mount_virtual_drive(drives)
        self.dos = Dos(
            self.memory,
            self.clock,
            self.bios.console,
            DosSettings(
                version=settings.dos.version_number,
                start_time=start,
                files=settings.dos.files,
                last_drive=settings.dos.drives,
                memory_top=conventional_kb << 6,
                reserved=_VIDEO_RAM.get(settings.machine.type),
                xms_kb=xms_kb,
                ems_kb=ems_kb,
                upper_memory=settings.memory.upper_memory,
                high=settings.dos.high,
                country=settings.dos.country,
                code_page=settings.dos.codepage,
                ansi=settings.dos.ansi,
                long_names=settings.dos.long_names,
                environment={
                    "COMSPEC": f"{letter}:\\COMMAND.COM",
                    "PATH": f"{search_path};{letter}:\\",
                }
                | self.sound.environment
                | settings.dos.environment,
                terminate_address=(BIOS_SEGMENT, 0x22 * 8),
                ems_handler=(BIOS_SEGMENT, 0x67 * 8),
                xms_handler=(BIOS_SEGMENT, XMS_ENTRY),
                mouse_text=(BIOS_SEGMENT, MOUSE_TEXT),
            ),
            load_image,
            drives,
            Board(
                lambda: self.bios.a20,
                self._set_a20,
                self._show_page,
                self.pic.pulse_irq,
                self.bios.pointing.interrupt,
                partial(use_code_page, self.bios),
                self.bios.national_keys,
            ),
        )
        self.sound.cd = self.dos.cd.output
        wire_drives(drives, self.dos, self.bios)
        self.disks = DiskChanger(self.dos, self.bios, mounts)
        connect_printers(self.dos, self.bios, self.sound.parallel, settings.printer)
        serial_ports = connect_serial(self.dos, self.bios, settings.serial)
        self.serial, self.uarts = serial_ports.lines, serial_ports.uarts
        self.mouse = MouseInput(self.dos.mouse, self.clock, (self.controller.mouse, *serial_ports.mice))
        self.dos.mouse.cursor.set_crtc = self.adapter.set_crtc
        self.interrupts = Interrupts(self.engine, self.memory, self._callers(), self._bios_trap, self._fault)
        for trap, services_of in ((Trap.XMS, table.xms), (Trap.MOUSE, table.int74)):
            self.bios.traps[trap] = partial(_far_service, self.interrupts, services_of.vector)
        self.interrupts.trace = trace
        self.dpmi = self._protected_mode_host(host_base)
        if trace is not None:
            tables = {each.vector: each for each in (*self.bios.tables.values(), *table.tables())}
            self.interrupts.find_service = lambda vector, ax: tables[vector].find(ax) if vector in tables else None
            self.dpmi.trace = trace
            trace.attach(self)
        self._out, self._err = io.BytesIO(), io.BytesIO()
        from_file = False
        heard: list[bytes] = []
        if stdio:
            given_input = io.BytesIO(stdin) if isinstance(stdin, bytes) else stdin
            if record is not None and given_input is not None:
                from dosemu.replay.recorder import HeardInput

                given_input = cast("BinaryIO", HeardInput(given_input, heard))
            source = HostStream(source=given_input)
            from_file = not source.is_device
            self.dos.files.open_stdio(
                source, HostStream(sink=stdout or self._out), HostStream(sink=stderr or self._err)
            )
        shell = self.dos.shell = Shells(self.dos, self.bios, self.disks, tools, letter, quiet=from_file)
        shell.sound = self.sound
        shell.pace = self.pace
        if path is not None:
            try:
                self.dos.start(*shell.first_program(path, mounted.program, command_tail(args)), self.regs)
            except DosError as error:
                raise NotDosProgram(f"{path}: {error}") from None
        self._first_psp = self.dos.psp
        if record is not None:
            from dosemu.replay.recorder import Recorder

            kind = "none" if not stdio or stdin is None else "file" if from_file else "terminal"
            self.log = Recorder(self, record, heard, kind)

    # --- wiring ----------------------------------------------------------------------------------

    def _protected_mode_host(self, base: int) -> Host:
        xms = self.dos.xms
        most_kb = self.settings.memory.dpmi_kb
        end = base if most_kb == "auto" else min(base, (FIRST_KB + most_kb) << 10)
        # XMS, DPMI clients and VCPI share extended memory: each leaves to the others what they took.
        handles = list[tuple[int, int]] if xms is None else xms.taken
        pages = Pool(FIRST_KB << 10, base, lambda: [*handles(), *pool.taken_by_blocks()])
        pool = Pool(FIRST_KB << 10, end, lambda: [*handles(), *pages.taken_by_blocks()])
        if xms is not None:
            xms.others = lambda: [*pool.taken_by_blocks(), *pages.taken_by_blocks()]
        host = Host(self.engine, self.memory, self.dos, base, pool, self._fault)
        host.open_a20 = self._set_a20
        host.drop_handler = self._drop_handler
        if host.available and most_kb != 0:
            self.dos.dpmi = host.entry
        if host.available and self.settings.memory.vcpi:
            self.dos.vcpi = vcpi = Vcpi(self.engine, self.memory, pages, host)
            host.attach(vcpi)
        self.dos.processes.on_end = host.process_ended
        self.interrupts.host = host
        return host

    def _drop_handler(self, segment: int, offset: int) -> None:
        """What a driver or the BIOS called at this address is gone."""
        address = (segment << 4) + offset
        self.dos.mouse.drop_handlers(address, address + 1)
        if self.bios.pointing.handler == (segment, offset):
            self.bios.pointing.handler = None

    def _callers(self) -> dict[int, Caller]:
        services.load_all()
        dos, bios = self.dos, self.bios

        polled, pixels = self.engine.polled, self.engine.pixels
        self.engine.direct_files = dos.files.table.direct

        def after(service: Service | None, context: Any, regs: Any) -> None:
            """A poll's answer may be repeated; any other service makes the answers so far worthless."""
            if service is None or service.polled is None:
                polled.forget()
                pixels.forget()
            elif (answer := service.polled(context, regs)) is not None:
                polled.learn(
                    service.vector, service.function or 0, answer.watches, answer.al, answer.zf, answer.bx, answer.cx,
                    answer.dx, service.subfunction,
                )  # fmt: skip

        def dos_caller(services: ServiceTable) -> Caller:
            def call(regs: Any) -> Service | None:
                service = dispatch.call(dos, services, regs)
                after(service, dos, regs)
                if dos.terminated:
                    self._terminated()
                elif service is not None and table.flags_stay(service):
                    regs.sp -= 2
                    self.memory.set_u16((regs.ss << 4) + regs.sp, regs.flags)
                return service

            return call

        def bios_caller(services: ServiceTable) -> Caller:
            def call(regs: Any) -> Service | None:
                service = services.find(regs.ax)
                if service is not None:
                    try:
                        service.handler(bios, regs)
                    except IndexError:  # a pointer that leads out of the RAM: nothing there answers
                        regs.cf = True
                after(service, bios, regs)
                return service

            return call

        callers = {vector: bios_caller(services) for vector, services in bios.tables.items()}
        callers |= {services.vector: dos_caller(services) for services in table.tables()}
        return callers

    def _bios_trap(self, offset: int, regs: Registers) -> None:
        """A trap inside the BIOS's own code; one that the guest made up there is an invalid opcode."""
        trap = self.bios.rom.trap_at(offset)
        if trap is None or trap not in self.bios.traps:
            regs.ip -= 2
            self._fault(6, FAULT_NAMES[6])
            return
        self.bios.traps[trap](self.bios, regs)

    def _set_a20(self, enabled: bool) -> None:
        self.engine.set_a20(enabled)
        self.system.set_a20(enabled)
        self.controller.set_a20(enabled)

    def _show_page(self, page: int, target: int) -> None:
        self.memory.show_page(page, target)
        self.engine.remap_page(page, target)

    def _reset(self) -> None:
        self._end("the program reset the machine", 0)

    # --- the program's end ---------------------------------------------------------------------

    def _terminated(self) -> None:
        self._end("terminated", self.dos.exit_code)

    def _end(self, reason: str, code: int) -> None:
        if not self.exited:
            self.exited = True
            self.exit_reason = reason
            self.exit_code = code
            self.adapter.settle()
        self.engine.stop()

    def kill(self, reason: str = "ended from outside", code: int = FAULT_EXIT) -> None:
        """End the program as it stands; what it has open is closed with the machine.

        >>> with Machine.from_files({"T.COM": b"\\xeb\\xfe"}) as m:  # jmp $
        ...     m.run(seconds=0.1); m.kill("enough", 7); m.exited, m.exit_code
        (True, 7)
        """
        self._end(reason, code)

    def _fault(self, vector: int, text: str) -> None:
        """No handler of the guest takes a fault: the program ends, its parent goes on."""
        place = f"{text} at {self.regs.cs:04X}:{self.regs.eip:04X}"
        self.fault = f"{place}\n{self.dump()}"
        self.dpmi.leave()
        self.dos.abort(self.regs, FAULT_EXIT)
        if self.dos.terminated:
            self._end(f"ended by: {text}", FAULT_EXIT)
        else:
            self.fault = None
            with contextlib.suppress(DosError):
                self.dos.files.write(STDERR, f"Program ended: {place}\r\n".encode())

    def dump(self) -> str:
        """The registers as text, and the bytes at CS:EIP.

        >>> with Machine.from_files({"T.COM": b"\\xb8\\x34\\x12\\xeb\\xfe"}) as m:  # mov ax, 1234h
        ...     m.run(instructions=1); "EAX=00001234" in m.dump()
        True
        """
        regs = self.regs
        names = ("eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp")
        wide = " ".join(f"{name.upper()}={getattr(regs, name):08X}" for name in names)
        segments = " ".join(
            f"{name.upper()}={getattr(regs, name):04X}" for name in ("cs", "ds", "es", "ss", "fs", "gs")
        )
        at = regs.address("cs", regs.eip)
        code = self.memory.read(at, min(16, self.memory.size - at)).hex(" ") if at < self.memory.size else "no memory"
        return f"{wide}\n{segments} EIP={regs.eip:08X} EFLAGS={regs.eflags:08X}\ncode: {code}\n"

    # --- running ------------------------------------------------------------------------------

    def _next_frame_ps(self) -> int:
        return self.adapter.next_frame_ps(self.clock.now_ps)

    def _ended(self, reason: str) -> None:
        """What it means that the engine came back before its time."""
        if reason == "halted for ever":
            self._end("halted with interrupts off", 0)
        elif reason == "shutdown":
            self.fault = f"triple fault\n{self.dump()}"
            self._end("ended by: triple fault", FAULT_EXIT)

    @cached_property
    def screen(self) -> Screen:
        """The picture: text, cells, frame, image. Loaded when first looked at, since numpy takes its time.

        >>> code = bytes.fromhex("b8410e cd10 ebfe")  # INT 10h/0Eh shows "A"
        >>> with Machine.from_files({"T.COM": code}) as m:
        ...     m.run(frames=2); m.screen.text()[0], m.screen.frame.shape
        ('A', (400, 720, 3))
        """
        from dosemu.screen import Screen

        screen = Screen(self.adapter, self.memory, self.bios.bda)
        screen.pointer = lambda: self.dos.mouse.pointer
        screen.code_page = lambda: self.bios.code_page
        return screen

    @property
    def program_path(self) -> Path | None:
        """The host's file or folder that the machine was made for.

        >>> with Machine.from_files({"A.COM": bytes.fromhex("cd20")}) as m:
        ...     m.program_path.name
        'A.COM'
        """
        return self._program

    @property
    def program_base(self) -> int:
        """Linear address of the program's segment 0, to which its MAP file refers: behind the PSP for an .EXE.

        >>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
        ...     m.program_base == m.address("CS:0000")
        True
        """
        exe = False
        if self._program is not None and self._program.is_file():
            with self._program.open("rb") as file:
                exe = is_mz(file.read(2))
        return (self._first_psp + (0x10 if exe else 0)) << 4

    @property
    def program_image(self) -> tuple[int, int]:
        """Linear addresses where the program's file was loaded: the first, and the one behind the last.

        All conventional memory behind DOS for what is no program file (a folder, a batch file).

        >>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
        ...     first, behind = m.program_image; first == m.address("CS:0100"), behind - first
        (True, 2)
        """
        from dosemu.tools.info import inspect_bytes

        if self._program is None or self._program.suffix.lower() == ".bat" or not self._program.is_file():
            return self._first_psp << 4, 0xA0000
        info = inspect_bytes(self._program.read_bytes(), self._program.name)
        first = self.program_base + (0x100 if info.kind == "com" else 0)
        return first, first + info.load_size

    @property
    def frame_rate(self) -> float:
        """Frames per second of the present video mode.

        >>> with Machine(None) as m:
        ...     round(m.frame_rate)
        70
        """
        return self.adapter.refresh_hz

    @property
    def wants_speed(self) -> bool:
        """The program is of the kind that needs a fast PC: protected mode, 256 colours or SVGA.

        >>> with Machine.from_files({"T.COM": bytes.fromhex("b81300 cd10 ebfe")}) as m:  # 256 colours
        ...     before = m.wants_speed; m.run(frames=1); before, m.wants_speed
        (False, True)
        """
        return self.regs.protected or bool(self.dpmi.clients) or self.bios.bda.video_mode >= _MODE_13H

    @property
    def idle(self) -> bool:
        """The guest is waiting for an interrupt.

        >>> with Machine.from_files({"T.COM": b"\\xf4"}) as m:  # hlt
        ...     m.run(instructions=1); m.idle
        True
        """
        return self.engine.halted

    @property
    def waiting_for_key(self) -> bool:
        """A service is waiting for input from the keyboard.

        >>> with Machine.from_files({"T.COM": bytes.fromhex("b400 cd16 ebfe")}) as m:
        ...     m.run(seconds=0.1); m.waiting_for_key
        True
        """
        if any(line.live for line in self.serial.values()):
            return False  # it may be the serial line
        return self.engine.halted and self.interrupts.waiting in (0x16, 0x21)

    def add_cleanups(self, cleanups: Sequence[Callable[[], None]]) -> None:
        """Functions to be called when it has been closed.

        >>> with Machine(None) as m:
        ...     m.add_cleanups([lambda: print("closed")])
        closed
        """
        self._cleanups.extend(cleanups)

    def insert(self, letter: str, path: str | os.PathLike[str]) -> None:
        """Put another floppy or CD image (or folder) into a drive, as one changes disks. Raises MountError.

        >>> import pathlib
        >>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
        ...     folders = [m.temporary_folder(), m.temporary_folder()]
        ...     _ = (folders[1] / "TWO.TXT").write_bytes(b"2")
        ...     _ = m.fs.mount("A", folders[0]); m.insert("A", folders[1]); m.fs["A"].list()
        ['TWO.TXT']
        """
        self.disks.insert(letter, Path(path))

    def swap(self, letter: str | None = None, number: int | None = None) -> dict[str, Path]:
        """Put the next disk into a drive, or the disk with a ``number`` from 0; without ``letter`` into every drive
        that was given several (``mounts={"A": ["1.img", "2.img"]}``).

        What is in the drives now, by their letters. Raises MountError.

        >>> import pathlib, struct, tempfile
        >>> boot = b"\\xeb\\x3c\\x90MSDOS5.0" + struct.pack("<HBHBHHBHHH", 512, 1, 1, 2, 224, 2880, 0xF0, 9, 18, 2)
        >>> fat = b"\\xf0\\xff\\xff".ljust(9 * 512, b"\\0")
        >>> floppy = (boot.ljust(510, b"\\0") + b"\\x55\\xaa" + fat + fat).ljust(1440 << 10, b"\\0")
        >>> disks = [pathlib.Path(tempfile.mkdtemp(), name) for name in ("1.img", "2.img")]
        >>> for path in disks:
        ...     _ = path.write_bytes(floppy)
        >>> with Machine(None, mounts={"A": disks}) as m:
        ...     m.swap("A")["A"].name, m.swap("A", number=0)["A"].name
        ('2.img', '1.img')
        """
        return self.disks.swap(letter, number)

    @property
    def stdout(self) -> bytes:
        """What the program wrote to handle 1, when captured.

        >>> with Machine.from_files({"T.COM": bytes.fromhex("b402 b241 cd21 cd20")}, stdio=True) as m:
        ...     m.run(); m.stdout, m.stderr
        (b'A', b'')
        """
        return self._out.getvalue()

    @property
    def stderr(self) -> bytes:
        """What the program wrote to handle 2, when captured.

        >>> code = bytes.fromhex("b440 bb0200 b90200 ba0f01 cd21 cd20") + b"no"  # INT 21h/40h, handle 2
        >>> with Machine.from_files({"T.COM": code}, stdio=True) as m:
        ...     m.run(); m.stderr
        b'no'
        """
        return self._err.getvalue()

    def close(self) -> None:
        """Close the program's files, end the sound and free the CPU; once is enough.

        >>> m = Machine(None)
        >>> m.close(); m.closed
        True
        """
        if self.closed:
            return
        self.closed = True
        try:
            if self.log is not None:
                self.log.close()
        finally:
            self._free()

    def _free(self) -> None:
        self.sound.close()
        for line in self.serial.values():
            line.peer.close()
        self.dos.close()
        self.engine.close()
        for clean_up in self._cleanups:
            clean_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _far_service(interrupts: Interrupts, vector: int, bios: Bios, regs: Registers) -> None:
    """A trap of the BIOS's own code that is a service of DOS."""
    interrupts.call(vector)
