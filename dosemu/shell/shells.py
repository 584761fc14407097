"""All copies of the shell in memory, and the drive that their programs are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.loader.signature import is_mz
from dosemu.shell import registry, stub
from dosemu.shell.critical import critical
from dosemu.shell.virtual_drive import VirtualDrive
from int21 import vectors
from int21.command_tail import fcbs_of
from int21.drives import Drives, drive_letter
from int21.errors import DosError
from int21.exec_ import enter, load
from int21.psp import Psp
from int21.registers import Registers

if TYPE_CHECKING:
    from pathlib import Path

    from dosemu.bios.bios import Bios
    from dosemu.disk_changer import DiskChanger
    from dosemu.pace import Pace
    from dosemu.shell.shell import Shell
    from dosemu.sound import Sound
    from int21.dos import Dos

INTERPRETER = b"COMMAND"
STARTUP = b"\\AUTOEXEC.BAT"
_MOST = 64  # copies; a guest that lets them pile up without ending them loses the oldest


def mount_virtual_drive(drives: Drives) -> tuple[VirtualDrive, str]:
    """Put the shell's drive on Z:, or the last letter that is free. Returns it and its letter."""
    names = [INTERPRETER, *registry.external_names()]
    drive = VirtualDrive({name + b".COM": stub.program(name) for name in names})
    taken = set(drives.numbers())
    number = next((n for n in range(25, 1, -1) if n not in taken), 25)
    letter = drive_letter(number)
    drives.mount(letter, drive)
    return drive, letter


class Shells:
    """Serves INT 2Eh and INT 2Fh/55h (``int21.execute_command``) for all copies of COMMAND.COM.

    ``quiet``: commands come from a file of the host, so no prompt is shown for them.
    """

    def __init__(
        self, dos: Dos, bios: Bios, disks: DiskChanger, drive: VirtualDrive, letter: str, *, quiet: bool = False
    ) -> None:
        self.dos = dos
        self.bios = bios
        self.disks = disks
        self.drive = drive
        self.letter = letter
        self.quiet = quiet
        self.multiplex = vectors.get(dos.memory, 0x2F)  # where INT 2Fh leads while no program has it
        self.interpreter = f"{letter}:\\COMMAND.COM".encode()
        self.sound: Sound | None = None
        self.pace: Pace | None = None
        self._shells: dict[int, Shell] = {}
        self._from_int2e: set[int] = set()

    @property
    def drive_number(self) -> int:
        return ord(self.letter) - 0x41

    def first_program(self, path: Path, program: bytes, tail: bytes) -> tuple[bytes, bytes]:
        """What DOS starts with, and its command tail, for a host path that is ``program`` for DOS: the shell for a
        folder, an image and a batch file, else the program."""
        if path.is_dir():
            return self.interpreter, tail
        if not program:  # the image of a disk, which is the current drive
            return self.interpreter, tail or (b" /K " + STARTUP if self._has_startup() else b"")
        with path.open("rb") as file:
            batch = path.suffix.lower() == ".bat" and not is_mz(file.read(2))
        return (self.interpreter, b" /C " + program + tail) if batch else (program, tail)

    def _has_startup(self) -> bool:
        try:
            return not self.dos.drives.resolve(STARTUP).drive.entry((STARTUP[1:],)).is_directory
        except DosError:
            return False

    def master(self) -> int:
        """The program whose environment is the one that INT 2Eh changes: the first COMMAND.COM."""
        for segment, shell in self._shells.items():
            if shell.is_interpreter and self._alive(segment):
                return segment
        return self.dos.processes.shell.segment

    def begin(self, regs: Registers) -> None:
        from dosemu.shell.shell import Shell  # only here: most runs need no shell

        registry.load_all()
        dos = self.dos
        segment = dos.psp
        self._shells = {at: shell for at, shell in self._shells.items() if at != segment and self._alive(at)}
        if len(self._shells) >= _MOST:
            del self._shells[next(iter(self._shells))]
        name = bytes(dos.memory.read((segment << 4) + stub.NAME, stub.NAME_SIZE)).rstrip(b"\0")
        master = None
        if segment in self._from_int2e:
            self._from_int2e.discard(segment)
            master = self.master()
        shell = Shell(self, segment, name, master=master)
        self._shells[segment] = shell
        if shell.is_interpreter:
            vectors.put(dos.memory, 0x23, (segment, stub.CTRL_C_HANDLER))
            vectors.put(dos.memory, 0x24, (segment, stub.CRITICAL_HANDLER))
        shell.start()
        shell.step(regs)

    def step(self, regs: Registers) -> None:
        shell = self._shells.get(self.dos.psp)
        if shell is not None:
            shell.answered(regs)
            shell.step(regs)

    def ctrl_c(self) -> bool:
        shell = self._shells.get(self.dos.psp)
        if shell is None or not shell.is_interpreter:
            return False
        shell.interrupted = True
        return True

    def critical(self, regs: Registers, key: int | None) -> int | None:
        return critical(self.dos, regs.cs, regs, key)

    def execute(self, regs: Registers, line: bytes) -> bool:
        dos = self.dos
        tail = b" /C " + line.lstrip(b" \t")
        fcb1, fcb2 = fcbs_of(tail)
        regs.ax = 0
        dos.processes.save_caller(regs)
        try:
            child = load(
                dos,
                self.interpreter,
                strings_at=dos.processes.current.environment,
                tail=tail,
                fcb1=fcb1,
                fcb2=fcb2,
                return_to=(regs.cs, regs.ip),
            )
        except DosError:
            return False
        self._from_int2e = {child.psp.segment}
        enter(dos, regs, child)
        return True

    def ended(self, shell: Shell) -> None:
        """A copy is about to end."""
        self._shells.pop(shell.segment, None)

    def _alive(self, segment: int) -> bool:
        """Whether a program still has a memory block at ``segment``."""
        try:
            return (
                self.dos.arena.block(segment).owner == segment and Psp.at(self.dos.memory, segment).terminate == 0x20CD
            )
        except DosError:
            return False
