"""This project's tests use its own pytest plugin, installed or not."""

from __future__ import annotations

pytest_plugins = ["dosemu.pytest_plugin"]
