"""The sound hardware of a machine, as the settings say, and the mixer that plays it.

>>> from dosemu.machine import Machine
>>> with Machine(None) as machine:
...     machine.sound.environment
{'BLASTER': 'A220 I7 D1 H5 P330 T6'}
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol

from hw.cms import Cms
from hw.midi import MidiLine
from hw.mpu401 import Mpu401
from hw.opl import Opl, OplType
from hw.parallel import ParallelPort
from hw.psg import Psg
from hw.sb.card import SoundBlaster
from hw.sb.mixer_chip import CD, FM, VOICE
from hw.sb.models import CardSetup, Model

if TYPE_CHECKING:
    from dosemu.settings import SoundSettings
    from hw.cd_audio import CdOutput
    from hw.clock import Clock
    from hw.dma import Dma
    from hw.gus.card import Gus
    from hw.mixer import Mixer
    from hw.pic import Pic
    from hw.ports import PortBus
    from hw.speaker import Speaker

# The FM chip of each card; a machine without one has an AdLib.
_FM_CHIPS = {None: OplType.OPL2, Model.SB1: OplType.OPL2, Model.SB2: OplType.OPL2, Model.SB_PRO: OplType.OPL3}


class Device(Protocol):
    """What all devices can."""

    def save(self) -> Any:
        """The state, as plain values."""

    def load(self, state: Any) -> None:
        """Take it back."""


class Sound:
    """The devices by their names (None where the settings leave them out), and how loud each is.

    ``levels`` are the percents of left and right by channel, ``master`` and ``muted`` stand for all.
    """

    def __init__(
        self,
        ports: PortBus,
        clock: Clock,
        pic: Pic,
        dma: Dma,
        speaker: Speaker,
        settings: SoundSettings,
        *,
        tandy: bool = False,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self.speaker = speaker
        self.sound_blaster: SoundBlaster | None = None
        self.mpu401: Mpu401 | None = None
        self.midi = MidiLine(clock)
        model = Model.named(settings.sbtype)
        if model is not None:
            setup = CardSetup(model, settings.sbbase, settings.irq, settings.dma, settings.hdma)
            self.sound_blaster = SoundBlaster(ports, clock, pic, dma, setup)
            self.sound_blaster.dsp.on_midi = self.midi.send
        if settings.mpu401 != "none" and (settings.mpu401 != "auto" or model in (None, Model.SB16)):
            self.mpu401 = Mpu401(ports, clock, pic, intelligent=settings.mpu401 != "uart")
            self.mpu401.on_byte = self.midi.send
        self.opl: Opl | None = None
        if settings.opl != "none":
            kind = _FM_CHIPS.get(model, OplType.OPL3) if settings.opl == "auto" else OplType(settings.opl)
            self.opl = Opl(ports, clock, kind, None if model is None else settings.sbbase)
        self.psg: Psg | None = None
        if settings.tandy is True or (settings.tandy == "auto" and tandy):
            self.psg = Psg(ports, clock)
        self.cms: Cms | None = None
        if settings.cms:
            self.cms = Cms(ports, clock, settings.sbbase, detection=model is None)
        self.gus: Gus | None = None
        if settings.gus:
            from hw.gus.card import Gus as Card  # only where it is asked for

            self.gus = Card(ports, clock, pic, dma, settings.gusbase, settings.gusirq, settings.gusdma)
        self.cd: CdOutput | None = None  # the machine's drives
        self.parallel = ParallelPort(ports, clock, pic=pic)
        self.parallel.sound_source = settings.lpt
        self._master = (settings.volume, settings.volume)
        self._muted = settings.muted
        self.levels = dict.fromkeys(self._channels, (100, 100)) | {
            name: level for name, level in settings.mix.items() if name in self._channels
        }

    @property
    def _channels(self) -> list[str]:
        """The names of the mixer's channels."""
        there = {
            "speaker": True, "fm": self.opl, "sb": self.sound_blaster, "tandy": self.psg, "cms": self.cms,
            "gus": self.gus, "cd": True,
            "lpt": self._settings.lpt, "midi": self._settings.midi != "none" and (self.mpu401 or self.sound_blaster),
        }  # fmt: skip
        return [name for name, device in there.items() if device]

    @property
    def environment(self) -> dict[str, str]:
        """What a card's set-up program adds to AUTOEXEC.BAT."""
        variables = {} if self.sound_blaster is None else {"BLASTER": self.sound_blaster.setup.blaster}
        if self.gus is not None:
            variables |= {"ULTRASND": self.gus.variable, "ULTRADIR": self._settings.ultradir}
        return variables

    @cached_property
    def mixer(self) -> Mixer:
        """Who listens to this hears the machine. Loaded when first looked at, since numpy takes its time."""
        from dosemu.midi_output import midi_voice
        from hw.mixer import Mixer
        from hw.sound.cd import CdVoice
        from hw.sound.dac import DacVoice
        from hw.sound.opl import OplVoice
        from hw.sound.parallel import ParallelVoice
        from hw.sound.speaker import SpeakerVoice
        from hw.sound.tone_chips import CmsVoice, PsgVoice

        mixer = Mixer(self._clock, self._settings.rate)
        mixer.add("speaker", SpeakerVoice(self.speaker))
        card = self.sound_blaster
        if self.opl is not None:
            if card is None:
                mixer.add("fm", OplVoice(self.opl.chips))
            else:
                mixer.add("fm", OplVoice(self.opl.chips, partial(card.mixer_chip.gains, FM)))
        if card is not None:
            mixer.add("sb", DacVoice(card.dsp.dac, partial(card.mixer_chip.gains, VOICE)))
        if self.psg is not None:
            mixer.add("tandy", PsgVoice(self.psg))
        if self.cms is not None:
            mixer.add("cms", CmsVoice(self.cms.chips))
        if self.cd is not None:
            mixer.add("cd", CdVoice(self.cd) if card is None else CdVoice(self.cd, partial(card.mixer_chip.gains, CD)))
        if self.gus is not None:
            mixer.add("gus", DacVoice(self.gus.dac, catch_up=self.gus.catch_up))
        if self._settings.lpt:
            mixer.add("lpt", ParallelVoice(self.parallel))
        if "midi" in self.levels:
            mixer.add("midi", midi_voice(self.midi, self._clock, self._settings))
        for name, channel in mixer.channels.items():
            left, right = self.levels[name]
            channel.place(left / 100, right / 100)
        mixer.volume = self._master[0] / 100, self._master[1] / 100
        mixer.muted = self._muted
        return mixer

    def set_level(self, name: str, left: int, right: int) -> None:
        """Change the percents of a channel, 0 to 400. Raises KeyError for one that is not there."""
        sides = min(max(left, 0), 400), min(max(right, 0), 400)
        if name not in self.levels:
            raise KeyError(name)
        self.levels[name] = sides
        if "mixer" in self.__dict__:
            self.mixer.channels[name].place(sides[0] / 100, sides[1] / 100)

    @property
    def master(self) -> tuple[int, int]:
        """Percents of left and right of all."""
        return self._master

    @master.setter
    def master(self, sides: tuple[int, int]) -> None:
        self._master = min(max(sides[0], 0), 400), min(max(sides[1], 0), 400)
        if "mixer" in self.__dict__:
            self.mixer.volume = self._master[0] / 100, self._master[1] / 100

    @property
    def muted(self) -> bool:
        """Nothing is heard."""
        return self._muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._muted = muted
        if "mixer" in self.__dict__:
            self.mixer.muted = muted

    def save(self) -> dict[str, Any]:
        """The state of each device by its name, as plain values."""
        return {name: device.save() for name, device in self._devices.items()}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave on a machine with the same devices.

        Clock, timer, DMA and interrupt controllers must have been put back before. What was noted but not yet
        rendered is forgotten: the sound goes on from the clock's time.
        """
        for name, device in self._devices.items():
            device.load(state[name])
        self.speaker.restored()
        if "mixer" in self.__dict__:
            self.mixer.restart()

    @property
    def _devices(self) -> dict[str, Device]:
        found: dict[str, Device | None] = {
            "sb": self.sound_blaster, "opl": self.opl, "mpu401": self.mpu401, "psg": self.psg, "cms": self.cms,
            "parallel": self.parallel, "midi": self.midi,
            "gus": self.gus,
        }  # fmt: skip
        return {name: device for name, device in found.items() if device is not None}

    def close(self) -> None:
        """Play what is due to those who listen, and tell them that there is no more."""
        if "mixer" in self.__dict__:
            self.mixer.close()
