"""DOS: the object that every service gets, and which holds the parts together."""

from __future__ import annotations

from collections.abc import Callable

from hw.clock import MS, Clock
from hw.memory import Memory
from int21 import country, layout, list_of_lists, vectors
from int21.ansi import AnsiConsole
from int21.append import Append
from int21.arena import Arena
from int21.board import Board
from int21.cd.audio import CdAudio
from int21.cd.disc import Disc
from int21.code_pages import code_page
from int21.command_tail import fcbs_of
from int21.console import Console, ScreenConsole
from int21.country_data import COUNTRIES
from int21.ctrl_c import BreakKey
from int21.datetime_ import DosTime
from int21.doskey import Doskey
from int21.drives import Drives
from int21.ems import Ems
from int21.errors import DosError, ErrorCode
from int21.exec_ import enter, load
from int21.execute_command import CommandShell
from int21.extended_error import ExtendedErrors
from int21.files import Files
from int21.image import Image
from int21.lfn_find import LongSearches
from int21.line_editor import LineEditor
from int21.memory_managers import install_ems, install_xms
from int21.mouse import Mouse
from int21.output import Output
from int21.processes import ExitKind, Processes
from int21.registers import Registers
from int21.settings import DosSettings
from int21.swappable import SwappableData
from int21.vcpi import VcpiServer
from int21.xms import Xms


def no_loader(data: bytes) -> Image:
    """Stands in until the machine hands in a loader: no file is a program."""
    raise DosError(ErrorCode.INVALID_FORMAT)


class Dos:
    """The state of DOS. What a program can look at lives in guest memory, the rest in the parts below.

    ``terminated`` is set when the first program has returned to the shell; ``exit_code`` and ``exit_kind``
    tell how. ``load_image`` makes an Image of the bytes of a program file, or raises INVALID_FORMAT.
    """

    def __init__(
        self,
        memory: Memory,
        clock: Clock,
        console: Console,
        settings: DosSettings,
        load_image: Callable[[bytes], Image] = no_loader,
        drives: Drives | None = None,
        board: Board | None = None,
    ) -> None:
        self.memory = memory
        self.clock = clock
        self.console = AnsiConsole(console) if settings.ansi and isinstance(console, ScreenConsole) else console
        self.settings = settings
        self.load_image = load_image
        self.data = SwappableData(memory)
        self.errors = ExtendedErrors(self.data)
        self.cd = CdAudio(clock, self._disc_in)
        self.time = DosTime(clock, settings.start_time)
        self.country = COUNTRIES.get(settings.country, COUNTRIES[1])
        self.reported_version = settings.version  # what INT 21h/30h says; 3306h tells the true one
        self.machine_name = (b" " * 15, 0)  # and its number, INT 21h/5E00h; 0: none was set
        self.retries = 1  # of printers that are busy, IOCTL 440Ch/45h
        self.interim_console = 0  # INT 21h/6301h
        self.shell: CommandShell | None = None  # COMMAND.COM; the machine hands it in
        self.terminated = False
        self.exit_code = 0
        self.exit_kind = ExitKind.NORMAL
        # What services that wait have done so far.
        self.waiting = False
        self.flushed = False
        self.reads_at_end = 0
        self.long_searches = LongSearches()
        self.line_inputs: dict[int, LineEditor] = {}
        self.doskey = Doskey()
        self.append = Append()

        self.board = board = board if board is not None else Board.of(memory)
        self.arena = Arena(memory, layout.FIRST_MCB, settings.memory_top, settings.upper_memory)
        list_of_lists.build(memory, self.arena, settings)
        if settings.reserved is not None:
            self.arena.reserve(*settings.reserved)
        self.mouse = Mouse(memory, board.raise_irq)
        self.ems = Ems(memory, board.show_page, settings.ems_kb) if settings.ems_kb else None
        self.xms: Xms | None = None
        self.vcpi: VcpiServer | None = None
        self.dpmi: tuple[int, int, int] | None = None  # a host of protected mode: CPU, segment and offset of its entry
        self.xms_entry = (0, 0)
        if settings.xms_kb:
            self.xms = Xms(memory, board, settings.xms_kb, dos_high=settings.high)
            self.xms_entry = install_xms(self, settings.xms_handler)
        if self.ems is not None:
            install_ems(self, settings.ems_handler)
        self.code_page = code_page(settings.code_page)
        country.install(memory, self.code_page)
        self.processes = Processes(self)
        self.drives = drives if drives is not None else Drives(settings.last_drive, self.code_page)
        self.drives.attach(memory)
        self.files = Files(self, layout.SFT_TABLE, settings.files)
        for name, driver in ((layout.EMS_DEVICE, self.ems), (layout.XMS_DEVICE, self.xms)):
            if driver is None:
                self.drives.device_names.discard(name)
        self.output = Output(self)
        self.break_key = BreakKey(self)
        self.idle_vector = vectors.get(memory, 0x28)

    @property
    def psp(self) -> int:
        """Segment of the current program's PSP."""
        return self.data.psp

    @psp.setter
    def psp(self, segment: int) -> None:
        self.data.psp = segment

    @property
    def dta(self) -> tuple[int, int]:
        """The disk transfer area, as (segment, offset)."""
        return self.data.dta

    @dta.setter
    def dta(self, address: tuple[int, int]) -> None:
        self.data.dta = address

    def start(self, program: bytes, tail: bytes, regs: Registers) -> None:
        """Load the first program, a guest path, and set the registers to its beginning. Raises DosError.

        ``tail`` is what follows the program's name on the command line, with its leading blank.
        """
        for vector, code in (
            (0x1B, layout.BREAK_CODE),
            (0x23, layout.CTRL_C_CODE),
            (0x24, layout.CRITICAL_ERROR_CODE),
        ):
            vectors.put(self.memory, vector, layout.far_pointer(code))
        self.idle_vector = vectors.get(self.memory, 0x28)
        shell = self.processes.shell
        vectors.put(self.memory, 0x22, self.settings.terminate_address)
        shell.take_vectors()
        if shell.job_file_table[1] == 0xFF:
            self.files.open_stdio()
        fcb1, fcb2 = fcbs_of(tail)
        self.terminated = False
        child = load(
            self,
            program,
            strings_at=shell.environment,
            tail=tail,
            fcb1=fcb1,
            fcb2=fcb2,
            return_to=self.settings.terminate_address,
        )
        enter(self, regs, child)

    def abort(self, regs: Registers, code: int, kind: ExitKind = ExitKind.CRITICAL_ERROR) -> None:
        """End the current program from outside (a fault, a critical error); its parent goes on."""
        self.processes.end(regs, code, kind)

    def _disc_in(self, number: int) -> Disc | None:
        """The compact disc in a drive (0 is A:)."""
        return getattr(self.drives.at(number), "disc", None) if number in self.drives.numbers() else None

    def close(self) -> None:
        """Give back every open file and folder of the host; DOS cannot be used any more."""
        self.files.table.close()
        self.drives.close()

    def ctrl_c(self) -> None:
        """^C was seen: shows it and raises what starts INT 23h (CallGuest)."""
        self.break_key.interrupt()

    def rest(self) -> None:
        """A program has nothing to do: time passes up to what happens next. Programs that say so while they do have
        something to do lose a millisecond each time, no more."""
        self.clock.rest(MS)

    def full_path(self, path: bytes) -> bytes:
        """A path with its drive and from the root, in upper case. Raises PATH_NOT_FOUND."""
        return self.drives.resolve(path).text

    def drive_exists(self, number: int) -> bool:
        """Whether there is a drive with this number, 1 being A:."""
        return number - 1 in self.drives.numbers()
