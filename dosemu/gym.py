"""A program as an environment for learning agents: a ``gymnasium.Env`` where gymnasium is there (the extra
``gym``). Without it all works but the spaces.

>>> code = bytes.fromhex("b400 cd16 b40e cd10 ebf6")  # echo keys
>>> env = DosEnv.from_files({"T.COM": code}, actions=["", "a", "b"], reward=lambda m: m.screen.text().count("b"))
>>> observation, info = env.reset()
>>> observation.shape, env.step(2)[1:4]
((400, 720, 3), (1.0, False, False))
>>> env.close()
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from dosemu.machine import Machine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Observation = Any

_FRAME_SECONDS = 1 / 70

try:
    _Env: Any = import_module("gymnasium").Env
except ImportError:
    _Env = object


class DosEnv(_Env):  # type: ignore[misc]
    """``reset``, ``step``, ``render``, ``close`` as in ``gymnasium.Env``.

    An action is an index into ``actions``, names of keys (``"Left"``, ``"ctrl+c"``, ``""`` for none); each step presses
    that key and runs ``frames``. ``reward(machine)`` is what the step is worth, as a difference to the step before.
    ``observe(machine)`` gives the observation, by default the picture, an array (height, width, 3); with another
    video mode its size is another, unless ``size`` (width, height) says to which it is scaled. ``space`` is the
    ``observation_space`` of other observations. A run is cut after ``most_steps``.

    >>> code = bytes.fromhex("b400 cd16 b40e cd10 ebf6")  # echo keys
    >>> env = DosEnv.from_files({"T.COM": code}, actions=["", "a"], observe=lambda m: m.screen.text()[:2])
    >>> env.reset()[0], env.step(1)[0], env.step(0)[0], env.render().shape
    ('\\n\\n', 'a\\n', 'a\\n', (400, 720, 3))
    >>> env.close()
    """

    metadata = {"render_modes": ["rgb_array"]}  # noqa: RUF012, as gymnasium has it
    render_mode = "rgb_array"

    def __init__(
        self,
        program: str | os.PathLike[str] | None = None,
        args: Sequence[str] = (),
        *,
        actions: Sequence[str],
        reward: Callable[[Machine], float] = lambda machine: 0.0,
        observe: Callable[[Machine], Observation] | None = None,
        space: Any = None,
        size: tuple[int, int] | None = None,
        frames: int = 10,
        start_seconds: float = 0.0,
        most_steps: int | None = None,
        **settings: Any,
    ) -> None:
        self._make: Callable[[], Machine] = lambda: Machine(program, args, **({"overlay": True} | settings))
        self.actions = tuple(actions)
        self._reward = reward
        self._observe = observe
        self._space = space
        self._size = size
        self._frames = frames
        self._start_seconds = start_seconds
        self._most_steps = most_steps
        self._steps = 0
        self._worth = 0.0
        self.machine: Machine | None = None

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], program: str | None = None, **options: Any) -> Self:
        """The same for files given as bytes; see ``Machine.from_files``."""
        names = inspect.signature(cls).parameters
        settings = {name: value for name, value in options.items() if name not in names}
        env = cls(**{name: value for name, value in options.items() if name in names})
        env._make = lambda: Machine.from_files(files, program, **settings)
        return env

    @property
    def action_space(self) -> Any:
        """``gymnasium.spaces.Discrete``; needs gymnasium."""
        from gymnasium.spaces import Discrete

        return Discrete(len(self.actions))

    @property
    def observation_space(self) -> Any:
        """What was given as ``space``, or the ``gymnasium.spaces.Box`` of the first picture; needs gymnasium."""
        if self._space is None and self._observe is None:
            import numpy as np
            from gymnasium.spaces import Box

            machine = self.machine
            if machine is not None:
                shape = self._seen(machine).shape
            else:
                with self._make() as machine:
                    machine.run(seconds=self._start_seconds or _FRAME_SECONDS)
                    shape = self._seen(machine).shape
            self._space = Box(0, 255, shape, np.uint8)
        return self._space

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start the program anew; every start is the same, whatever the seed."""
        if _Env is not object:
            super().reset(seed=seed)
        self.close()
        machine = self.machine = self._make()
        machine.run(seconds=self._start_seconds or _FRAME_SECONDS)
        self._steps, self._worth = 0, float(self._reward(machine))
        return self._seen(machine), self._info(machine)

    def step(self, action: int) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Observation, reward, terminated, truncated, info. Raises RuntimeError before ``reset``."""
        machine = self.machine
        if machine is None:
            raise RuntimeError("reset() comes first")
        if key := self.actions[action]:
            machine.keyboard.tap(key)
        machine.run(frames=self._frames)
        self._steps += 1
        worth = float(self._reward(machine))
        gained, self._worth = worth - self._worth, worth
        cut = self._most_steps is not None and self._steps >= self._most_steps
        return self._seen(machine), gained, machine.exited, cut, self._info(machine)

    def render(self) -> NDArray[np.uint8]:
        """The picture, (height, width, 3). Raises RuntimeError before ``reset``."""
        if self.machine is None:
            raise RuntimeError("reset() comes first")
        return self.machine.screen.frame.copy()

    def close(self) -> None:
        """End the machine."""
        if self.machine is not None:
            self.machine.close()
            self.machine = None

    def _seen(self, machine: Machine) -> Observation:
        if self._observe is not None:
            return self._observe(machine)
        if self._size is None:
            return machine.screen.frame.copy()
        import numpy as np

        return np.asarray(machine.screen.image().convert("RGB").resize(self._size))

    def _info(self, machine: Machine) -> dict[str, Any]:
        return {"seconds": machine.clock.seconds, "exit_code": machine.exit_code}
