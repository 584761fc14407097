"""Builds the CPU engine's library and the Cython extensions; everything else is in pyproject.toml."""

import importlib.util
import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent
UNICORN = ROOT / "dosemu" / "cpu" / "unicorn"


def load_unicorn_build():
    """dosemu/cpu/unicorn/build.py as a module, without importing the (not yet built) package."""
    spec = importlib.util.spec_from_file_location("dosemu_unicorn_build", UNICORN / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class BuildEngine(build_ext):
    """build_ext that first builds libunicorn and puts it beside the package."""

    def run(self):
        load_unicorn_build().install_library(UNICORN)
        if not self.inplace:
            target = Path(self.build_lib) / "dosemu" / "cpu" / "unicorn"
            load_unicorn_build().install_library(target)
        super().run()


def extensions():
    """One extension for each .pyx file; those under dosemu/cpu are linked with libunicorn."""
    for package in ("hw", "int21", "dosemu", "frontend"):
        for source in sorted((ROOT / package).rglob("*.pyx")):
            relative = source.relative_to(ROOT)
            options = {"extra_compile_args": ["-O2", "-g0"]}
            if package == "dosemu":
                options |= {
                    "include_dirs": [os.fspath(UNICORN.relative_to(ROOT))],
                    "depends": [os.fspath(UNICORN / "glue.h")],
                }
            if relative.parts[:2] == ("dosemu", "cpu"):
                options["extra_link_args"] = [os.fspath(UNICORN / "libunicorn.so.2"), "-Wl,-rpath,$ORIGIN/unicorn"]
            yield Extension(".".join(relative.with_suffix("").parts), [os.fspath(relative)], **options)


setup(
    cmdclass={"build_ext": BuildEngine},
    ext_modules=cythonize(list(extensions()), build_dir="build/cython", compiler_directives={"language_level": 3}),
)
