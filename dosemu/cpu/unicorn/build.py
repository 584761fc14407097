"""Builds the Unicorn library with dosemu's edits: fetch, verify, edit, compile, cache.

Used by setup.py before the package exists, so it imports only the standard library (and edits/
beside it). ``python build.py`` builds into this folder. The source release is fetched with pip by
version and SHA-256; none of its code is kept in the repository.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VERSION = "2.1.4"
SHA256 = "00567a70e323f749b419cd86bee4f9115beab7ebba32194581c090cbb7c59cff"
ARCHIVE = f"unicorn-{VERSION}.tar.gz"
LIBRARY = "libunicorn.so.2"
HERE = Path(__file__).resolve().parent


class BuildError(SystemExit):
    """A build problem in one clear line."""

    def __init__(self, text: str) -> None:
        super().__init__(f"dosemu: cannot build the CPU engine: {text}")


def cache_dir() -> Path:
    """Where sources and built libraries are kept between builds (DOSEMU_CACHE overrides)."""
    if override := os.environ.get("DOSEMU_CACHE"):
        return Path(override)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "dosemu"


def load_edits() -> Any:
    folder = HERE / "edits"
    spec = importlib.util.spec_from_file_location(
        "dosemu_unicorn_edits", folder / "__init__.py", submodule_search_locations=[os.fspath(folder)]
    )
    if spec is None or spec.loader is None:
        raise BuildError("the edits are missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.EDITS


def fingerprint() -> str:
    """Everything the library depends on: source, edits, glue, build recipe, compiler, machine."""
    digest = hashlib.sha256(SHA256.encode())
    parts = [HERE / name for name in ("glue.c", "glue.h", "repeat.c", "x87.h", "build.py")] + sorted(
        (HERE / "edits").glob("*.py")
    )
    for path in parts:
        digest.update(path.read_bytes())
    digest.update(platform.machine().encode())
    digest.update(compiler_version().encode())
    return digest.hexdigest()[:16]


def compiler_version() -> str:
    compiler = os.environ.get("CC", "cc")
    try:
        done = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise BuildError(f"no C compiler ({compiler!r} does not run); install one, e.g. apt-get install gcc") from None
    return done.stdout.splitlines()[0]


def verified(archive: Path) -> bool:
    return archive.is_file() and hashlib.sha256(archive.read_bytes()).hexdigest() == SHA256


def fetch_source() -> Path:
    """The source archive, from the cache or by pip; checked against the pinned hash either way."""
    archive = cache_dir() / ARCHIVE
    if verified(archive):
        return archive
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder) / "requirements.txt"
        requirement.write_text(f"unicorn=={VERSION} --hash=sha256:{SHA256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "unicorn"]
        command += ["--require-hashes", "-r", os.fspath(requirement), "-d", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        fetched = Path(folder) / ARCHIVE
        if not verified(fetched):
            reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
            raise BuildError(
                f"the source of unicorn {VERSION} could not be fetched with pip ({reason}); "
                f"put {ARCHIVE} (SHA-256 {SHA256}) into {archive.parent} and build again"
            )
        partial = archive.with_suffix(f".{os.getpid()}")
        shutil.copyfile(fetched, partial)
        partial.replace(archive)
    return archive


def apply_edits(source: Path) -> int:
    """Make every edit in the unpacked source; an anchor that is not there exactly once stops the build."""
    edits = load_edits()
    for edit in edits:
        path = source / edit.file
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
        count = text.count(edit.find)
        if count != 1:
            raise BuildError(f"edit {edit.why!r} of {edit.file}: its anchor occurs {count} times, not once")
        start = text.index(edit.find)
        end = start + len(edit.find)
        if edit.upto:
            stop = text.find(edit.upto, end)
            if stop < 0:
                raise BuildError(f"edit {edit.why!r} of {edit.file}: its end is not found")
            end = stop + len(edit.upto)
        path.write_text(text[:start] + edit.replace + text[end:], encoding="utf-8")
    return len(edits)


def tool(name: str) -> str:
    """cmake or ninja: beside this Python (build requirement), else on PATH."""
    beside = Path(sys.executable).parent / name
    if beside.is_file():
        return os.fspath(beside)
    found = shutil.which(name)
    if not found:
        raise BuildError(f"{name} is missing; pip install {name}")
    return found


def compile_library(archive: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="dosemu-engine-") as folder:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        source = Path(folder) / f"unicorn-{VERSION}" / "src"
        count = apply_edits(source)
        for name in ("glue.c", "repeat.c"):
            shutil.copyfile(HERE / name, source / "qemu/target/i386" / f"dosemu_{name}")
        for name in ("glue.h", "x87.h"):
            shutil.copyfile(HERE / name, source / f"include/dosemu_{name}")
        build = Path(folder) / "build"
        log = Path(folder) / "log"
        configure = [tool("cmake"), "-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={tool('ninja')}"]
        configure += ["-S", os.fspath(source), "-B", os.fspath(build)]
        configure += ["-DCMAKE_BUILD_TYPE=Release", "-DUNICORN_ARCH=x86", "-DUNICORN_BUILD_TESTS=OFF"]
        configure += ["-DBUILD_SHARED_LIBS=ON", "-DUNICORN_INSTALL=OFF"]
        # Calls inside the library are direct, and may be inlined.
        configure += [f"-DCMAKE_C_FLAGS=-fno-semantic-interposition {os.environ.get('CFLAGS', '')}"]
        configure += ["-DCMAKE_SHARED_LINKER_FLAGS=-Wl,-Bsymbolic-functions"]
        for command in (configure, [tool("ninja"), "-C", os.fspath(build)]):
            with log.open("ab") as out:
                done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False)
            if done.returncode:
                kept = cache_dir() / "build.log"
                shutil.copyfile(log, kept)
                errors = [line for line in log.read_text(errors="replace").splitlines() if "error" in line.lower()]
                raise BuildError(f"the compiler failed ({errors[0] if errors else 'see the log'}); full log: {kept}")
        built = (build / LIBRARY).resolve()
        target.mkdir(parents=True, exist_ok=True)
        partial = target / f".{LIBRARY}.{os.getpid()}"
        shutil.copyfile(built, partial)
        info = {
            "unicorn": VERSION,
            "source_sha256": SHA256,
            "edits": count,
            "fingerprint": fingerprint(),
            "compiler": compiler_version(),
            "machine": platform.machine(),
            "library_sha256": hashlib.sha256(partial.read_bytes()).hexdigest(),
        }
        (target / "BUILD.json").write_text(json.dumps(info, indent=2) + "\n")
        partial.replace(target / LIBRARY)


def install_library(target: Path) -> None:
    """Put the library and BUILD.json into ``target``, building them unless the cache has them."""
    cached = cache_dir() / fingerprint()
    if not (cached / LIBRARY).is_file():
        print(f"building the CPU engine (unicorn {VERSION} with dosemu's edits; about a minute)", flush=True)
        compile_library(fetch_source(), cached)
    target.mkdir(parents=True, exist_ok=True)
    for name in (LIBRARY, "BUILD.json"):
        source, copy = cached / name, target / name
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            partial = target / f".{name}.{os.getpid()}"
            shutil.copyfile(source, partial)
            partial.replace(copy)


if __name__ == "__main__":
    install_library(HERE)
