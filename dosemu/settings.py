"""Settings: what can be set, with ranges and defaults, and the layers they come from.

Layers, later ones win: defaults, the user's ``dosemu.toml``, a profile of the program (dosemu/profiles.py), the
``dosemu.toml`` beside the program,
``--config FILE``, ``--set section.key=value``.

>>> settings = Settings.load(user=None, overrides=["cpu.cycles=20000", "dos.version=6.22"])
>>> settings.cpu.cycles, settings.dos.version_number
(20000, (6, 22))
>>> settings.with_(machine="cga").machine.type
'cga'
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, Self

from platformdirs import user_config_path

from dosemu import profiles
from dosemu.errors import SettingsError
from dosemu.mounts import MountSpec, parse_mount, stacked
from dosemu.profiles import Profile
from dosemu.setting_kinds import (
    DOS_PATH,
    DRIVE,
    FILE,
    KEY_PAIRS,
    LEVELS,
    LINE,
    PAD_KEYS,
    SOUND,
    SOUND_PORT,
    START_TIME,
    SWITCH,
    SWITCH_OR_AUTO,
    VARIABLES,
    VERSION,
    Kind,
    about,
    choice,
    number,
    number_of,
)
from int21.code_pages import NUMBERS as CODE_PAGES

__all__ = ["MountSpec", "Settings", "SettingsError", "parse_mount"]

FILE_NAME = "dosemu.toml"
_XMS_AUTO_KB = 32 << 10  # programs that add up sizes in 16 bits choke on more
_EMS_LEAST_KB = 16  # a page


_KEYBOARDS = (
    "us", "be", "dk", "dv", "fr", "gr", "it", "la", "nl", "no", "po", "sf", "sg", "sp", "su", "sv", "uk",
)  # fmt: skip

MachineType = Literal["svga", "vga", "ega", "cga", "tandy", "pcjr", "hercules"]
MACHINE_TYPES: Final = ("svga", "vga", "ega", "cga", "tandy", "pcjr", "hercules")
CpuType = Literal["8086", "286", "386", "486", "pentium"]


@dataclass(frozen=True, slots=True)
class MachineSettings:
    """[machine]"""

    type: MachineType = field(
        default="svga",
        metadata=about(choice(*MACHINE_TYPES), "the video adapter the PC has"),
    )
    composite: bool | Literal["auto"] = field(
        default="auto",
        metadata=about(
            SWITCH_OR_AUTO,
            "a CGA, Tandy or PCjr is on a composite monitor, not an RGB one; auto: in 640x200 with the colour burst",
        ),
    )
    era: Literal["auto", "old", "new"] = field(
        default="auto",
        metadata=about(
            choice("auto", "old", "new"), "the board that makes a composite signal, from 1981 or 1983 (PCjr: new)"
        ),
    )
    hue: int = field(
        default=0, metadata=about(number(-180, 180), "degrees by which a composite monitor's colours are turned")
    )
    snow: bool = field(
        default=False,
        metadata=about(SWITCH, "a CGA's text of 80 columns shows snow while a program is in its memory"),
    )
    svga_kb: int = field(default=4096, metadata=about(number_of(1024, 2048, 4096, 8192), "memory of an SVGA, in KB"))
    ega_kb: int = field(default=256, metadata=about(number_of(64, 128, 256), "memory of an EGA, in KB"))


@dataclass(frozen=True, slots=True)
class CpuSettings:
    """[cpu]"""

    type: CpuType = field(
        default="486", metadata=about(choice("8086", "286", "386", "486", "pentium"), "the processor programs find")
    )
    cycles: int | Literal["auto", "max"] = field(
        default="auto",
        metadata=about(number(1, 10_000_000, "auto", "max"), "instructions per emulated millisecond"),
    )


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """[memory]"""

    conventional_kb: int = field(default=640, metadata=about(number(64, 640), "memory DOS manages, in KB"))
    size_mb: int = field(
        default=16, metadata=about(number(1, 256), "memory of the machine without expanded memory, in MB")
    )
    xms_kb: int | Literal["auto"] = field(
        default="auto",
        metadata=about(
            number(0, 261_120, "auto"),
            "extended memory of the XMS driver, in KB from 1 MB on; auto: all of it, but at most 32 MB; 0: no driver",
        ),
    )
    ems_kb: int = field(default=8192, metadata=about(number(0, 32_768), "expanded memory (EMS), in KB; 0: no driver"))
    dpmi_kb: int | Literal["auto"] = field(
        default="auto",
        metadata=about(
            number(0, 261_120, "auto"),
            "extended memory for DPMI programs, in KB; auto: all that is free; 0: no DPMI host",
        ),
    )
    vcpi: bool = field(
        default=True, metadata=about(SWITCH, "VCPI beside EMS, for extenders that bring their own protected mode")
    )
    umb: bool = field(default=True, metadata=about(SWITCH, "upper memory blocks, DOS=UMB"))

    @property
    def extended_kb(self) -> int:
        """Memory from 1 MB on.

        >>> MemorySettings(size_mb=4).extended_kb
        3072
        """
        return (max(self.size_mb, 2) - 1) << 10

    @property
    def xms_size_kb(self) -> int:
        """What the XMS driver manages, with the high memory area.

        >>> MemorySettings(size_mb=4).xms_size_kb, MemorySettings(size_mb=64).xms_size_kb
        (3072, 32768)
        """
        return min(_XMS_AUTO_KB if self.xms_kb == "auto" else self.xms_kb, self.extended_kb)

    @property
    def upper_memory(self) -> tuple[int, int] | None:
        """Upper memory blocks, as the first paragraph and the one behind the last: up to the page frame.

        C800h to CFFFh belong to the DPMI host (dosemu/dpmi/layout.py).
        """
        return (0xD000, 0xE000 if self.ems_kb >= _EMS_LEAST_KB else 0xF000) if self.umb else None


@dataclass(frozen=True, slots=True)
class DosSettings:
    """[dos]"""

    version: str = field(
        default="5.0",
        metadata=about(VERSION, "the version DOS says it has"),
    )
    country: int = field(default=1, metadata=about(number(1, 999), "country code of COUNTRY=, the telephone prefix"))
    codepage: int = field(
        default=437, metadata=about(number_of(*CODE_PAGES), "code page of files, names and country tables")
    )
    keyboard: str = field(
        default="us", metadata=about(choice(*_KEYBOARDS), "keyboard layout, as KEYB sets it at any time")
    )
    ansi: bool = field(
        default=True, metadata=about(SWITCH, "escape sequences move the cursor and set colours, as with ANSI.SYS")
    )
    lfn: bool | Literal["auto"] = field(
        default="auto",
        metadata=about(SWITCH_OR_AUTO, "long file names, INT 21h/71xx; auto: when the version is 7.0 or later"),
    )
    files: int = field(default=40, metadata=about(number(8, 255), "open files of the whole system, FILES="))
    lastdrive: str = field(default="Z", metadata=about(DRIVE, "the last drive letter, LASTDRIVE="))
    start_time: str = field(
        default="now",
        metadata=about(START_TIME, "the time at power-on"),
    )
    high: bool = field(default=False, metadata=about(SWITCH, "DOS is in the high memory area, DOS=HIGH"))
    environment: dict[str, str] = field(
        default_factory=dict,
        metadata=about(VARIABLES, "variables added to the environment"),
    )

    @property
    def version_number(self) -> tuple[int, int]:
        """Major and minor as INT 21h/30h gives them: DOS 3.3 calls itself 3, 30.

        >>> DosSettings(version="3.3").version_number, DosSettings(version="6.22").version_number
        ((3, 30), (6, 22))
        """
        major, minor = self.version.split(".")
        return int(major), int(minor.ljust(2, "0"))

    @property
    def long_names(self) -> bool:
        """Whether DOS knows long file names.

        >>> DosSettings().long_names, DosSettings(version="7.10").long_names, DosSettings(lfn=True).long_names
        (False, True, True)
        """
        return self.version_number >= (7, 0) if self.lfn == "auto" else self.lfn

    @property
    def drives(self) -> int:
        """LASTDRIVE as a number of drives: 26 for Z."""
        return ord(self.lastdrive) - ord("A") + 1

    def power_on(self, now: datetime) -> datetime:
        """The machine's local time at power-on, where ``now`` is the host's."""
        start = now if self.start_time == "now" else datetime.fromisoformat(self.start_time)
        return start.replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """[display]"""

    mode: Literal["auto", "sdl", "terminal", "none"] = field(
        default="auto", metadata=about(choice("auto", "sdl", "terminal", "none"), "where the screen is shown")
    )
    scale: int | Literal["auto"] = field(
        default="auto", metadata=about(number(1, 16, "auto"), "window pixels for each pixel")
    )
    scaling: Literal["aspect", "integer", "stretch"] = field(
        default="aspect",
        metadata=about(
            choice("aspect", "integer", "stretch"),
            "how the window is filled: 4 to 3 as on a monitor, whole factors, or all of it",
        ),
    )
    filter: Literal["sharp", "smooth", "crt"] = field(
        default="sharp", metadata=about(choice("sharp", "smooth", "crt"), "how the window shows pixels")
    )
    monochrome: Literal["white", "green", "amber"] = field(
        default="white",
        metadata=about(choice("white", "green", "amber"), "the colour of a Hercules' monitor in the window"),
    )
    vsync: bool = field(default=True, metadata=about(SWITCH, "the window waits for the monitor, where it can"))
    remember: bool = field(default=True, metadata=about(SWITCH, "a new window is as large as the last one was"))
    rewind: int = field(
        default=0, metadata=about(number(0, 600), "emulated seconds that the window's rewind key can go back")
    )
    record: Literal["gif", "mp4"] = field(
        default="gif", metadata=about(choice("gif", "mp4"), "what the window's recording key writes")
    )
    graphics: Literal["auto", "sixel", "blocks", "none"] = field(
        default="auto",
        metadata=about(choice("auto", "sixel", "blocks", "none"), "how a terminal shows graphics modes"),
    )
    columns: int = field(default=80, metadata=about(number_of(40, 80), "columns of the text screen at power-on"))


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """[sound]"""

    mode: str = field(default="auto", metadata=about(SOUND, "where the sound goes"))
    rate: int = field(default=48000, metadata=about(number(8000, 192_000), "samples a second"))
    latency: int = field(default=60, metadata=about(number(10, 1000), "milliseconds of sound kept ready"))
    volume: int = field(default=100, metadata=about(number(0, 400), "loudness of all, in percent"))
    muted: bool = field(default=False, metadata=about(SWITCH, "nothing is heard"))
    mix: dict[str, tuple[int, int]] = field(
        default_factory=dict,
        metadata=about(
            LEVELS,
            "loudness of single devices, by their names in the command MIXER",
        ),
    )
    sbtype: str = field(
        default="sb16", metadata=about(choice("none", "sb1", "sb2", "sbpro", "sb16"), "which Sound Blaster")
    )
    sbbase: int = field(default=0x220, metadata=about(SOUND_PORT, "its ports"))
    irq: int = field(default=7, metadata=about(number_of(2, 5, 7, 10), "its interrupt"))
    dma: int = field(default=1, metadata=about(number_of(0, 1, 3), "its DMA channel"))
    hdma: int = field(default=5, metadata=about(number_of(5, 6, 7), "its DMA channel for 16 bits"))
    opl: str = field(
        default="auto",
        metadata=about(
            choice("auto", "none", "opl2", "dualopl2", "opl3"), "which FM chip (AdLib); auto is that of the sbtype"
        ),
    )
    tandy: bool | Literal["auto"] = field(
        default="auto",
        metadata=about(SWITCH_OR_AUTO, "the three-voice chip of Tandy and PCjr; auto: with machine.type tandy"),
    )
    cms: bool = field(default=False, metadata=about(SWITCH, "a Game Blaster (CMS) at the ports of sbbase"))
    gus: bool = field(default=False, metadata=about(SWITCH, "a Gravis Ultrasound"))
    gusbase: int = field(default=0x240, metadata=about(SOUND_PORT, "its ports"))
    gusirq: int = field(default=5, metadata=about(number_of(3, 5, 7, 9, 11, 12, 15), "its interrupt"))
    gusdma: int = field(default=3, metadata=about(number_of(1, 3, 5, 6, 7), "its DMA channel"))
    ultradir: str = field(default="C:\\ULTRASND", metadata=about(DOS_PATH, "where programs look for its patches"))
    mpu401: str = field(
        default="auto",
        metadata=about(
            choice("auto", "none", "uart", "intelligent"),
            "the MIDI interface at 330h; auto: intelligent, where the sbtype is sb16 or none",
        ),
    )
    midi: str = field(
        default="auto",
        metadata=about(
            choice("auto", "none", "fluidsynth", "fm"),
            "what plays MIDI; auto: FluidSynth where it and a sound font are installed, else an FM chip",
        ),
    )
    soundfont: str = field(default="", metadata=about(FILE, "the sound font of FluidSynth; none: the system's"))
    lpt: bool = field(default=True, metadata=about(SWITCH, "Covox Speech Thing and Disney Sound Source on LPT1"))


@dataclass(frozen=True, slots=True)
class JoystickSettings:
    """[joystick]"""

    type: Literal["auto", "none", "2axis", "4axis", "fcs", "ch"] = field(
        default="auto",
        metadata=about(
            choice("auto", "none", "2axis", "4axis", "fcs", "ch"),
            "what is plugged into the game port; auto: a stick for each gamepad of the host",
        ),
    )
    keys: dict[str, str] = field(
        default_factory=dict,
        metadata=about(PAD_KEYS, "keys that controls of a gamepad press instead"),
    )


@dataclass(frozen=True, slots=True)
class KeyboardSettings:
    """[keyboard]"""

    remap: dict[str, str] = field(
        default_factory=dict,
        metadata=about(KEY_PAIRS, "keys that are other keys"),
    )


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """[printer]"""

    file: str = field(default="", metadata=about(FILE, "takes what is printed on PRN, LPT1-3"))
    lpt1: str = field(default="", metadata=about(FILE, "takes what is printed on PRN and LPT1"))
    lpt2: str = field(default="", metadata=about(FILE, "takes what is printed on LPT2"))
    lpt3: str = field(default="", metadata=about(FILE, "takes what is printed on LPT3"))


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """[serial]"""

    com1: str = field(default="none", metadata=about(LINE, "what is connected to COM1"))
    com2: str = field(default="none", metadata=about(LINE, "what is connected to COM2"))
    com3: str = field(default="none", metadata=about(LINE, "what is connected to COM3"))
    com4: str = field(default="none", metadata=about(LINE, "what is connected to COM4"))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; a field is a section, and ``mounts`` holds drives by their letter.

    >>> Settings().machine.type, Settings().with_(machine="cga", cycles=20000).cpu.cycles
    ('svga', 20000)
    >>> Settings.load(user=None, overrides=["dos.version=3.3"]).dos.version_number
    (3, 30)
    """

    snapshot_kept: ClassVar[bool] = True

    machine: MachineSettings = MachineSettings()
    cpu: CpuSettings = CpuSettings()
    memory: MemorySettings = MemorySettings()
    dos: DosSettings = field(default_factory=DosSettings)
    display: DisplaySettings = DisplaySettings()
    sound: SoundSettings = SoundSettings()
    keyboard: KeyboardSettings = field(default_factory=KeyboardSettings)
    joystick: JoystickSettings = field(default_factory=JoystickSettings)
    printer: PrinterSettings = PrinterSettings()
    serial: SerialSettings = SerialSettings()
    profile: str = ""  # the title of the profile that was used
    mounts: dict[str, MountSpec] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        program: Path | None = None,
        config: Path | None = None,
        overrides: Sequence[str] = (),
        *,
        user: Path | Literal["default"] | None = "default",
        with_profiles: bool = True,
    ) -> Self:
        """The settings of all layers together.

        ``program`` is the program's file or folder; ``user`` the user's file, by default where the platform
        keeps it, None for none. Only ``config`` has to exist. Without ``with_profiles`` what is known of the program
        does not count. Raises SettingsError with one line.
        """
        if user == "default":
            user = user_config_path("dosemu") / FILE_NAME
        beside = None if program is None else (program if program.is_dir() else program.parent) / FILE_NAME
        settings = cls()
        if user is not None:
            settings = settings._with_file(user, optional=True)
        if with_profiles and program is not None:
            for profile in settings._profiles(program, user):
                settings = settings._with_profile(profile)
        if beside is not None and beside != user:
            settings = settings._with_file(beside, optional=True)
        if config is not None:
            settings = settings._with_file(config)
        for override in overrides:
            name, equals, value = override.partition("=")
            if not equals or "." not in name:
                raise SettingsError(f"--set {override}: write section.key=value")
            settings = settings._changed("--set", name.strip(), value.strip())
        return settings

    @staticmethod
    def _profiles(program: Path, user: Path | None) -> list[Profile]:
        sources = [profiles.SHIPPED]
        if user is not None:
            sources.append(user.parent / profiles.FILE_NAME)
        return profiles.find(program, sources)

    def _with_profile(self, profile: Profile) -> Self:
        settings = self
        for name, value in profile.settings():
            settings = settings._changed(f"profile {profile.name}", name, value)
        return dataclasses.replace(settings, profile=profile.title)

    def with_(self, **changes: Any) -> Self:
        """A copy with changes by name: ``cycles=3000``, ``machine="cga"``, ``cpu__type="386"``, ``**{"dos.files": 9}``.

        A section's name alone means its ``type`` or ``mode``; a key's name alone is enough where only one
        section has it. ``mounts`` takes a dictionary of drive letters and folders.
        """
        settings = self
        for name, value in changes.items():
            if name == "mounts" and isinstance(value, Mapping):
                for letter, mount in value.items():
                    settings = settings._changed("", f"mounts.{letter}", mount)
            else:
                settings = settings._changed("", _full_name(name), value)
        return settings

    def _with_file(self, path: Path, *, optional: bool = False) -> Self:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            if optional and isinstance(error, FileNotFoundError | NotADirectoryError):
                return self
            raise SettingsError(f"{path}: {error.strerror or error}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: {str(error).splitlines()[0]}") from None
        settings = self
        for section, table in document.items():
            if not isinstance(table, dict):
                raise SettingsError(f"{path}: {section}: {_sections()}")
            if not table and section not in _SECTIONS:
                raise SettingsError(f"{path}: [{section}]: {_sections()}")
            for key, value in table.items():
                settings = settings._changed(str(path), f"{section}.{key}", value, folder=path.parent)
        return settings

    def _changed(self, source: str, name: str, value: Any, folder: Path | None = None) -> Self:
        where = f"{source}: {name}" if source else name
        section, _, key = name.partition(".")
        if section == "mounts":
            return dataclasses.replace(self, mounts=self.mounts | _mount(where, key, value, folder))
        if section not in _SECTIONS:
            raise SettingsError(f"{where}: {_sections()}")
        values = getattr(self, section)
        key, _, variable = key.partition(".")
        known = {item.name: item for item in dataclasses.fields(values)}
        if key not in known or (variable and not isinstance(getattr(values, key), dict)):
            raise SettingsError(f"{where}: no such setting; [{section}] has {', '.join(known)}")
        kind: Kind = known[key].metadata["kind"]
        try:
            checked = kind.check({variable: value} if variable else value)
        except (ValueError, TypeError, KeyError):
            raise SettingsError(f"{where}: {_shown(value)} does not do: {kind.accepts}") from None
        if isinstance(checked, dict):
            checked = getattr(values, key) | checked
        return dataclasses.replace(self, **{section: dataclasses.replace(values, **{key: checked})})


_SECTIONS = {item.name: item for item in dataclasses.fields(Settings) if item.name not in ("profile", "mounts")}


def _sections() -> str:
    return f"no such section; there are {', '.join([*_SECTIONS, 'mounts'])}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _mount(where: str, letter: str, value: Any, folder: Path | None) -> dict[str, MountSpec]:
    if isinstance(value, MountSpec):
        return {value.letter: value}
    values = value if isinstance(value, list | tuple) else [value]
    if not values or not all(isinstance(one, str | Path) for one in values):
        raise SettingsError(f'{where}: {_shown(value)} does not do: a folder, such as "games:ro", or a list of images')
    try:
        specs = [parse_mount(f"{letter}={one}") for one in values]
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None
    return stacked(spec if folder is None else spec.relative_to(folder) for spec in specs)


def _full_name(name: str) -> str:
    """``section.key`` for the short names of ``with_``."""
    if "." in name:
        return name
    if "__" in name:
        return name.replace("__", ".", 1)
    found = [f"{section}.{key}" for section, key, _, _ in described() if name in (key, section)]
    main = [full for full in found if full in (f"{name}.type", f"{name}.mode")]
    if main or len(found) == 1:
        return (main or found)[0]
    if found:
        raise SettingsError(f"{name}: which one? {', '.join(found)}")
    raise SettingsError(f"{name}: no such setting; names are such as cpu.cycles, dos.version, machine.type")


def described() -> Iterator[tuple[str, str, str, str]]:
    """Every setting as (section, key, what it takes, what it does), for help pages."""
    for section in _SECTIONS:
        for item in dataclasses.fields(getattr(Settings(), section)):
            yield section, item.name, item.metadata["kind"].accepts, item.metadata["help"]
