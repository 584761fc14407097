"""The environment for learning agents, with and without its settings and sizes."""

from __future__ import annotations

import pytest

from dosemu.gym import DosEnv

KEYS_THEN_GRAPHICS = bytes.fromhex("b400 cd16 b81300 cd10 ebf6")


def test_pictures_of_one_size_in_every_mode() -> None:
    env = DosEnv.from_files({"T.COM": KEYS_THEN_GRAPHICS}, actions=["", "a"], size=(84, 60), cycles=1000)
    first, _ = env.reset(seed=3)
    second = env.step(1)[0]
    assert first.shape == second.shape == (60, 84, 3)
    assert env.render().shape == (200, 320, 3)
    assert env.machine is not None
    assert env.machine.pace.cycles == 1000
    env.close()


def test_steps_rewards_and_ends() -> None:
    code = bytes.fromhex("b400 cd16 b40e cd10 3c78 75f4 b8054c cd21")  # echo keys until x, then end with 5
    env = DosEnv.from_files(
        {"T.COM": code}, actions=["", "b", "x"], reward=lambda m: m.screen.text().count("b"), most_steps=3
    )
    with pytest.raises(RuntimeError, match="reset"):
        env.step(0)
    env.reset()
    assert env.step(1)[1:4] == (1.0, False, False)
    assert env.step(0)[1:4] == (0.0, False, False)
    *_, ended, cut, info = env.step(2)
    assert (ended, cut, info["exit_code"]) == (True, True, 5)
    env.close()
