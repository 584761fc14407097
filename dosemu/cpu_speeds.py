"""Classes of PCs by name, as instructions per emulated millisecond: what ``--cpu-speed`` takes.

The figures are those that DOSBox's users compare with (`docs/benchmarks.md` has the classes of the host).

>>> speed("386DX33"), speed("486dx2-66")
(6000, 25000)
"""

from __future__ import annotations

CPU_SPEEDS = {
    "8088": 300,
    "286-8": 700,
    "286-12": 1_500,
    "286-25": 3_000,
    "386dx-25": 4_500,
    "386dx-33": 6_000,
    "386-40": 9_000,
    "486-33": 12_000,
    "486dx2-66": 25_000,
    "dx4-100": 35_000,
    "p90": 50_000,
    "p100": 60_000,
    "p133": 80_000,
    "pmmx-166": 100_000,
    "p2-300": 200_000,
    "p3-866": 400_000,
}


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("/", "").replace(" ", "")


_BY_PLAIN_NAME = {_plain(name): cycles for name, cycles in CPU_SPEEDS.items()}


def speed(name: str) -> int:
    """The instructions per millisecond of a class of PC; raises ValueError for a name that none has."""
    try:
        return _BY_PLAIN_NAME[_plain(name)]
    except KeyError:
        raise ValueError(f"no PC is called {name!r}: {', '.join(CPU_SPEEDS)}") from None


def class_of(cycles: float) -> str:
    """The fastest PC that is no faster than so many instructions per millisecond.

    >>> class_of(26_000), class_of(10)
    ('486dx2-66', '8088')
    """
    return max(
        (item for item in CPU_SPEEDS.items() if item[1] <= cycles), key=lambda item: item[1], default=("8088", 0)
    )[0]
