"""What can be set about DOS before it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar


@dataclass(slots=True)
class DosSettings:
    """Settings of DOS, as a CONFIG.SYS and AUTOEXEC.BAT would make them.

    >>> DosSettings(version=(6, 22)).version
    (6, 22)
    """

    snapshot_kept: ClassVar[bool] = True

    version: tuple[int, int] = (5, 0)
    serial_number: int = 0  # 24 bits, BL:CX of INT 21h/30h
    start_time: datetime = datetime(1995, 1, 1)  # the date and time at power-on
    files: int = 40  # FILES=
    last_drive: int = 26  # LASTDRIVE=, as a number of drives
    boot_drive: int = 3  # 1 is A:
    memory_top: int = 0xA000  # paragraph behind the last one of conventional memory
    reserved: tuple[int, int] | None = None  # first paragraph and the one behind the last that programs do not get
    xms_kb: int = 0  # extended memory of the XMS driver, from 1 MB on; 0: no driver
    ems_kb: int = 0  # expanded memory, the end of the RAM; 0: no driver
    upper_memory: tuple[int, int] | None = None  # first paragraph and the one behind the last, DOS=UMB
    high: bool = False  # DOS=HIGH
    country: int = 1
    code_page: int = 437
    ansi: bool = True  # DEVICE=ANSI.SYS
    long_names: bool = False  # INT 21h/71xx and 73xx, as in the DOS of Windows 95
    break_checks: bool = False  # BREAK=ON
    environment: dict[str, str] = field(default_factory=dict)  # added to COMSPEC, PATH and PROMPT
    # Where the first program returns to when it ends: the machine's stub, which stops the machine.
    terminate_address: tuple[int, int] = (0xF000, 0x0110)
    # Where the drivers' own code hands over to the machine: the stub of INT 67h, and the trap of XMS.
    ems_handler: tuple[int, int] = (0xF000, 0x0338)
    xms_handler: tuple[int, int] = (0xF000, 0x0870)
    mouse_text: tuple[int, int] = (0xF000, 0x0882)  # what INT 33h/4Dh shows, behind the version
    append_path: tuple[int, int] = (0xF000, 0x0A60)  # 128 bytes for what INT 2Fh/B704h shows
    mouse_profiles: tuple[int, int] = (0xF000, 0x0900)  # 324 bytes for what INT 33h/2Ch and 2Dh show

    def environment_strings(self) -> list[bytes]:
        """The master environment, NAME=value in code page 437.

        >>> DosSettings(environment={"path": "C:\\\\;C:\\\\DOS"}).environment_strings()[1]
        b'PATH=C:\\\\;C:\\\\DOS'
        """
        variables = {"COMSPEC": "C:\\COMMAND.COM", "PATH": "C:\\", "PROMPT": "$P$G"}
        variables |= {name.upper(): value for name, value in self.environment.items()}
        return [f"{name}={value}".encode("cp437", "replace") for name, value in variables.items() if name and value]
