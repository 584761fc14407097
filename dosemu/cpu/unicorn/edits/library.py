"""Build: the glue is compiled into the x86 library, and its state hangs on Unicorn's engine."""

from __future__ import annotations

from .edit import Edit

EDITS = (
    Edit(
        "CMakeLists.txt",
        "compile the glue into the x86 library",
        "    qemu/target/i386/xsave_helper.c\n    qemu/target/i386/unicorn.c\n)",
        "    qemu/target/i386/xsave_helper.c\n    qemu/target/i386/unicorn.c\n    qemu/target/i386/dosemu_glue.c\n"
        "    qemu/target/i386/dosemu_repeat.c\n)",
    ),
    Edit(
        "include/uc_priv.h",
        "the glue's state hangs on the engine",
        "    uc_err errnum; // qemu/cpu-exec.c",
        "    uc_err errnum; // qemu/cpu-exec.c\n    struct dosemu *dosemu;",
    ),
    Edit(
        "include/uc_priv.h",
        "the glue's types",
        "typedef uc_err (*query_t)(",
        '#include "dosemu_glue.h"\n\ntypedef uc_err (*query_t)(',
    ),
)
