"""A program as an environment for learning agents, in the manner of gymnasium (which need not be installed).

>>> code = bytes.fromhex("b400 cd16 b40e cd10 ebf6")  # echo keys
>>> env = DosEnv.from_files({"T.COM": code}, actions=["", "a", "b"], reward=lambda m: m.screen.text().count("b"))
>>> observation, info = env.reset()
>>> observation.shape, env.step(2)[1:4]
((400, 720, 3), (1.0, False, False))
>>> env.close()
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from dosemu.machine import Machine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Observation = Any


class DosEnv:
    """``reset``, ``step``, ``render``, ``close`` as in ``gymnasium.Env``.

    An action is an index into ``actions``, names of keys (``"Left"``, ``"ctrl+c"``, ``""`` for none); each step presses
    that key and runs ``frames``. ``reward(machine)`` is what the step is worth, as a difference to the step before.
    ``observe(machine)`` gives the observation, by default the picture. A run is cut after ``most_steps``.

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
        frames: int = 10,
        start_seconds: float = 0.0,
        most_steps: int | None = None,
        **settings: Any,
    ) -> None:
        self._make: Callable[[], Machine] = lambda: Machine(program, args, **({"overlay": True} | settings))
        self.actions = tuple(actions)
        self._reward = reward
        self._observe = observe
        self._frames = frames
        self._start_seconds = start_seconds
        self._most_steps = most_steps
        self._steps = 0
        self._worth = 0.0
        self.machine: Machine | None = None

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], program: str | None = None, **options: Any) -> Self:
        """The same for files given as bytes; see ``Machine.from_files``."""
        env = cls(**options)
        env._make = lambda: Machine.from_files(files, program)
        return env

    @property
    def action_space(self) -> Any:
        """``gymnasium.spaces.Discrete``; needs gymnasium."""
        from gymnasium.spaces import Discrete

        return Discrete(len(self.actions))

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start the program anew; every start is the same, whatever the seed."""
        self.close()
        machine = self.machine = self._make()
        machine.run(seconds=self._start_seconds or 1 / 70)
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
        return machine.screen.frame.copy() if self._observe is None else self._observe(machine)

    def _info(self, machine: Machine) -> dict[str, Any]:
        return {"seconds": machine.clock.seconds, "exit_code": machine.exit_code}
