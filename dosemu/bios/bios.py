"""The BIOS as a whole: its parts, its tables, and what power-on leaves behind.

``Bios.tables`` maps a vector to its services (called as ``handler(bios, regs)``), ``Bios.traps`` the traps
inside guest code. The machine may assign ``on_a20``, ``on_reboot`` and ``on_bell``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from dosemu.bios.bda import TICKS_PER_DAY, Bda
from dosemu.bios.console import BiosConsole
from dosemu.bios.int10.table import table_of
from dosemu.bios.int10.video_bios import video_bios
from dosemu.bios.keybuffer import KeyBuffer
from dosemu.bios.pointing import PointingDevice
from dosemu.bios.rom import Rom, Trap, build_rom
from hw.adapter import Adapter, make_adapter
from hw.clock import Clock
from hw.joystick import GamePort
from hw.keyboard import Keyboard
from hw.memory import Memory
from hw.pic import Pic
from hw.pit import Pit
from hw.ports import PortBus
from hw.rtc import Rtc
from int21.registers import Registers
from int21.service import Handler, ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.layouts import Layout, National
    from dosemu.cpu.pixels import Pixels
    from hw.serial_line import SerialLine
    from hw.vga.vga import Vga
    from int21.fat.image import DiskImage

# One module for each interrupt; each has TABLE.
MODULES = (
    "int05", "int10", "int11", "int12", "int13", "int14", "int15", "int16", "int17", "int18", "int19", "int1a", "int1b",
)  # fmt: skip


class Bios:
    """BIOS services over the chips of one machine.

    >>> from hw.clock import Clock
    >>> from hw.memory import Memory
    >>> bios = make_bios(Memory(0x200000), Clock())
    >>> bios.bda.video_mode, bios.bda.columns, bios.tables[0x10].find(0x0E41).name
    (3, 80, 'teletype output')
    """

    def __init__(
        self,
        memory: Memory,
        clock: Clock,
        ports: PortBus,
        pic: Pic,
        pit: Pit,
        keyboard: Keyboard,
        adapter: Adapter,
        rtc: Rtc,
        *,
        memory_kb: int = 640,
    ) -> None:
        self.memory = memory
        self.clock = clock
        self.ports = ports
        self.pic = pic
        self.pit = pit
        self.keyboard = keyboard
        self.adapter = adapter
        adapter.connect(pic)
        self.rtc = rtc
        self.on_a20: Callable[[bool], None] | None = None
        self.on_reboot: Callable[[], None] | None = None
        self.on_bell: Callable[[], None] | None = None
        # What INT 15h/88h and E801h report; a memory manager that takes it all sets 0.
        self.extended_kb = max(0, len(memory) // 1024 - 1024)
        self.printers: dict[int, Callable[[bytes], bool]] = {}  # INT 17h, by the number of the port
        self.serial_lines: dict[int, SerialLine] = {}  # INT 14h, by the number of the port
        self.game_port: GamePort | None = None  # INT 15h/84h
        self.pixels: Pixels | None = None  # of the engine, which draws those of INT 10h/0Ch itself
        self.pointing = PointingDevice(self)
        self.code_page = 437  # of the characters that are shown, see ``code_page``
        self.national: National | None = None  # what KEYB set; None: a keyboard of the US
        self.disk_status = 0
        self.changed_disks: set[int] = set()  # floppy drives whose change line is up
        self.find_disk: Callable[[int], DiskImage | None] = lambda number: None  # by the numbers of INT 13h
        self.deadlines: dict[tuple[int, int, int, int], int] = {}  # INT 15h/86h: caller to picoseconds
        self.tables: dict[int, ServiceTable] = {}
        for module in MODULES:
            table: ServiceTable = import_module(f"dosemu.bios.{module}").TABLE
            self.tables[table.vector] = table
        self.tables[0x10] = table_of(adapter.name)
        self.video = video_bios(adapter.name)
        trap: Handler = import_module("dosemu.bios.int09").keyboard_interrupt
        self.traps: dict[int, Handler] = {Trap.KEYBOARD: trap}
        self.bda = Bda(memory)
        self.keys = KeyBuffer(self.bda)
        self.rom: Rom = build_rom(memory, video_rom=self.video.has_rom, marks=self.video.marks)
        self.video.write_rom(memory)
        time = rtc.time
        seconds = time.hour * 3600 + time.minute * 60 + time.second
        self.bda.initialise(ticks=seconds * TICKS_PER_DAY // 86400, memory_kb=memory_kb)
        self.video.power_on(self)
        self.console = BiosConsole(self)

    @property
    def vga(self) -> Vga:
        """The adapter, for what only an EGA or VGA has: services of these ask for it."""
        return cast("Vga", self.adapter)

    def set_mode(self, number: int) -> None:
        """Switch to a video mode, as INT 10h/00h does."""
        from dosemu.bios.int10.modes import set_mode

        set_mode(self, number)

    def set_keyboard(self, code: str, codec: str) -> None:
        """Use the keyboard layout of a country (``layouts``), with characters of a code page. Raises KeyError."""
        from dosemu.bios.layouts import LAYOUTS, National

        self.national = National(code, codec) if code != "US" and LAYOUTS[code] else None

    def national_keys(self, on: bool | None) -> bool | None:
        """Whether the layout that KEYB set is in use (None: there is none); ``on`` changes to it or to the US."""
        if self.national is None:
            return None
        if on is not None:
            self.national.active = on
        return self.national.active

    def codec(self) -> str:
        """Python's name of the code page."""
        return f"cp{self.code_page}"

    def key_room(self) -> int:
        """Keys that the BIOS's buffer still takes."""
        return self.keys.room

    def keyboard_layout(self) -> Layout | None:
        """The layout that is in use; None: that of the US."""
        return self.national.layout if self.national is not None and self.national.active else None

    @property
    def a20(self) -> bool:
        """Address line 20 is open, as the output port of the keyboard controller shows it."""
        return self.keyboard.a20

    def set_a20(self, enabled: bool) -> None:
        """Open or close address line 20, and tell the machine."""
        self.keyboard.set_a20(enabled)
        if self.on_a20 is not None:
            self.on_a20(enabled)

    def reboot(self) -> None:
        """Ctrl-Alt-Del, INT 19h: what that means is the machine's business."""
        if self.on_reboot is not None:
            self.on_reboot()

    def bell(self) -> None:
        """The beep of a BEL character or a full keyboard buffer."""
        if self.on_bell is not None:
            self.on_bell()

    def vector(self, number: int) -> tuple[int, int]:
        """Segment and offset of a real-mode interrupt vector."""
        return self.memory.u16(4 * number + 2), self.memory.u16(4 * number)

    def set_vector(self, number: int, segment: int, offset: int) -> None:
        """Point a real-mode interrupt vector at segment:offset."""
        self.memory.write(4 * number, bytes((offset & 0xFF, offset >> 8 & 0xFF, segment & 0xFF, segment >> 8 & 0xFF)))

    def read_guest(self, address: int, size: int) -> bytes:
        """Bytes at a linear address a program gave; what lies outside the RAM reads as FFh."""
        inside = max(0, min(size, len(self.memory) - address)) if address >= 0 else 0
        return self.memory.read(address, inside) + b"\xff" * (size - inside)

    def write_guest(self, address: int, data: bytes) -> None:
        """Write at a linear address a program gave; what would lie outside the RAM is dropped."""
        inside = len(self.memory) - address
        if address >= 0 and inside > 0:
            self.memory.write(address, data[:inside])

    def call(self, vector: int, regs: Registers) -> bool:
        """Run the service of ``vector`` for these registers; False: there is none."""
        table = self.tables.get(vector)
        service = table.find(regs.ax) if table is not None else None
        if service is None:
            return False
        service.handler(self, regs)
        return True


def make_bios(memory: Memory, clock: Clock, adapter: str = "vga", **options: Any) -> Bios:
    """A BIOS with chips of its own, for tests and examples."""
    ports = PortBus()
    pic = Pic(ports)
    video = make_adapter(adapter, ports, clock, **options)
    video.attach(memory, memory.show_page)
    bios = Bios(
        memory,
        clock,
        ports,
        pic,
        Pit(ports, clock, pic),
        Keyboard(ports, clock, pic),
        video,
        Rtc(ports, clock, pic),
    )
    bios.game_port = GamePort(ports, clock)
    return bios
