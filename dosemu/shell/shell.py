"""One copy of the shell: a guest process whose work is done here, step by step.

``step`` works on the top frame until a frame needs DOS (a key, a line, a program): that INT 21h call is put
into the registers of the guest program, which makes it and comes back with the answer.
"""

from __future__ import annotations

import struct
from collections.abc import Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from dosemu.shell import installable, stub
from dosemu.shell.batch import Batch
from dosemu.shell.calls import EXECUTE, EXIT, LOOK, Answer, Call
from dosemu.shell.expand import expand
from dosemu.shell.frames import COMMAND_LINE, Frame, Once, Pipeline, Program, Restore, Running, message_of
from dosemu.shell.long_words import shorten, shorten_word
from dosemu.shell.parser import SEPARATORS, Redirection, split_name, split_pipes, split_redirection, words_of
from dosemu.shell.programs import find
from dosemu.shell.prompt import Prompt, prompt_text
from dosemu.shell.reading import Key, Line, Question, reading
from dosemu.shell.redirection import Redirected, redirect
from dosemu.shell.registry import BUILTINS, EXTERNALS, Command, CommandError, help_text, wants_help
from dosemu.shell.terminate import Terminate
from dosemu.shell.variables import Variables
from dosemu.shell.work import Work
from int21.command_tail import fcbs_of
from int21.errors import DosError
from int21.execute_command import stand_in
from int21.psp import LONG_TAIL, TAIL_LIMIT, Psp
from int21.registers import Registers
from int21.service import Wait
from int21.stdio import STDOUT, is_console

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from dosemu.shell.shells import Shells
    from int21.dos import Dos

_HELP = (
    b"Starts a new instance of the MS-DOS command interpreter.\r\n\r\n"
    b"COMMAND [/P] [/E:nnnnn] [/C string | /K string]\r\n\r\n"
    b"  /C string  Carries out the command specified by string, and then stops.\r\n"
    b"  /K string  Carries out the command specified by string, and goes on at the prompt.\r\n"
    b"  /P, /E     Are accepted: the environment grows as it has to.\r\n"
)
_MOST_FRAMES = 200  # of batch files and FOR inside each other
_PIECES = 16  # frames advanced before the machine's time goes on
_PIECES_PS = 1_600_000_000  # what they take


class Shell:
    """A copy of COMMAND.COM, or an external command, in the program at ``segment``.

    ``master`` is the program whose environment it works on, if not its own.
    """

    def __init__(self, shells: Shells, segment: int, name: bytes, *, master: int | None = None) -> None:
        self.shells = shells
        self.dos: Dos = shells.dos
        self.bios: Bios = shells.bios
        self.segment = segment
        self.name = name
        self.is_interpreter = name not in EXTERNALS
        self.variables = Variables(self.dos, segment if master is None else master)
        self._own_environment = master is None
        self.stack: list[Frame] = []
        self.echo = True
        self.errorlevel = 0
        self.interrupted = False
        self.answer = Answer()
        self.console = Redirected(segment)  # what CTTY took away
        self._pieces = 0
        self._resume_ps: int | None = None
        self._leaving = False

    # --- starting, and the steps -------------------------------------------------------------

    def start(self) -> None:
        """Read the command tail and get ready for the first step."""
        tail = self._tail()
        if not self.is_interpreter:
            self.push(Once())
            self._invoke(EXTERNALS[self.name], tail, external=True)
            return
        if tail.strip() == b"/?":
            self.push(Once())
            self.write(_HELP)
            return
        if self._own_environment:
            try:
                self.variables.own()
            except CommandError as error:
                self.say(error.text)
        line, stay = self._options(tail)
        if line is not None and not stay:
            self.push(Once([expand(line, None, self.variables.get)]))
            return
        self.push(Prompt(greeting=line is None))
        if line is not None:
            self.run_line(expand(line, None, self.variables.get))

    def _tail(self) -> bytes:
        psp = Psp.at(self.dos.memory, self.segment)
        if psp.tail_length == LONG_TAIL:
            line = self.variables.get(COMMAND_LINE)
            if line is not None:
                return line[len(split_name(line, ())[0]) :]
        return bytes(psp.tail).partition(b"\r")[0]

    @staticmethod
    def _options(tail: bytes) -> tuple[bytes | None, bool]:
        """The command of /C or /K (None: neither), and whether the shell stays."""
        while True:
            tail = tail.lstrip(SEPARATORS)
            if not tail:
                return None, True
            if tail[:1] == b"/" and tail[1:2].upper() in (b"C", b"K"):
                return tail[2:], tail[1:2].upper() == b"K"
            end = next((i for i, code in enumerate(tail) if i and code in SEPARATORS + b"/"), len(tail))
            tail = tail[end:]

    def answered(self, regs: Registers) -> None:
        """The guest made the call: take its answer."""
        self.answer = Answer(self.dos.memory.u16((self.segment << 4) + stub.ANSWER), bool(regs.cf))

    def step(self, regs: Registers) -> None:
        """Work until DOS is needed. Raises Wait for a moment where a lot was done."""
        if self._resume_ps is not None:
            if self.dos.clock.now_ps < self._resume_ps:
                raise Wait(self._resume_ps)
            self._resume_ps = None
        if self.interrupted:
            self.interrupted = False
            self.break_off()
        call = self._work()
        regs.ax, regs.bx, regs.cx, regs.dx, regs.si = call.ax, call.bx, call.cx, call.dx, call.si
        regs.cf = call.multiplex
        regs.ds = regs.es = self.segment

    def _work(self) -> Call:
        while not self._leaving:
            call = self.stack[-1].advance(self) if self.stack else None
            if call is not None:
                return call
            if not self.stack:
                break
            self._pieces += 1
            if self._pieces % _PIECES == 0:
                self.pause(_PIECES_PS)
                return LOOK
        self.unwind(0)
        self.shells.ended(self)
        return Call(EXIT | self.errorlevel & 0xFF)

    def pause(self, duration_ps: int) -> None:
        """Let emulated time pass behind the next call."""
        self._resume_ps = self.dos.clock.now_ps + duration_ps

    def exit(self) -> None:
        """End the shell after this step; its exit code is the errorlevel."""
        self._leaving = True

    # --- frames ------------------------------------------------------------------------------

    def push(self, frame: Frame) -> None:
        """Something to do before what is on the stack goes on. Raises CommandError when that is too much."""
        if len(self.stack) >= _MOST_FRAMES:
            frame.close(self)
            raise CommandError("Batch files nested too deep")
        self.stack.append(frame)

    def drop(self, frame: Frame) -> None:
        """Take a frame off that has ended."""
        if frame in self.stack:
            self.stack.remove(frame)

    def unwind(self, depth: int) -> None:
        """Drop all frames above ``depth``."""
        while len(self.stack) > depth:
            self.stack.pop().close(self)

    def unwind_to(self, frame: Frame) -> None:
        """Drop all frames above ``frame``."""
        self.unwind(self.stack.index(frame) + 1)

    @property
    def batch(self) -> Batch | None:
        """The batch file that is at work."""
        return next((frame for frame in reversed(self.stack) if isinstance(frame, Batch)), None)

    def break_off(self) -> None:
        """Ctrl-C: drop the command; ask about the batch file, if it is of one."""
        index = next((i for i in range(len(self.stack) - 1, -1, -1) if isinstance(self.stack[i], Batch)), 0)
        self.unwind(index + 1)
        if index:
            self.push(Running(Terminate(self)))
        elif self.stack:
            root = self.stack[0]
            if isinstance(root, Prompt):
                root.restart()

    # --- command lines -----------------------------------------------------------------------

    def run_line(self, line: bytes) -> None:
        """Run a command line: pipes, redirections, and the command."""
        line = line.lstrip(SEPARATORS).removeprefix(b"@")
        try:
            name, _ = split_name(line, BUILTINS)
            if name == b"FOR":  # what it redirects is done for each item
                self._run_simple(line)
                return
            commands = split_pipes(line)
            if len(commands) > 1:
                self.push(Pipeline(commands))
            else:
                self.run_command(line)
        except CommandError as error:
            self.fail(error)

    def run_command(self, text: bytes) -> None:
        """Run a command with its redirections."""
        try:
            text, redirection = split_redirection(text)
            if redirection:
                redirected = Redirected(self.segment)
                with ExitStack() as planned:
                    redirect(self.dos, self._short(redirection, planned), redirected)
                self.push(Restore(redirected))
            self._run_simple(text)
        except CommandError as error:
            self.fail(error)

    def _short(self, redirection: Redirection, planned: ExitStack) -> Redirection:
        if not self.dos.settings.long_names:
            return redirection
        source, target = (
            name and shorten_word(self.dos, name, planned) for name in (redirection.source, redirection.target)
        )
        return Redirection(source, target, redirection.append)

    def _run_simple(self, text: bytes) -> None:
        name, rest = split_name(text, BUILTINS)
        if not name:
            return
        if installable.may_be(self, name):
            self.push(installable.Installable(name, rest))
        else:
            self.run_known(name, rest)

    def run_known(self, name: bytes, rest: bytes) -> None:
        """Run a command that is the shell's own, or a program."""
        entry = BUILTINS.get(name.upper())
        if entry is not None:
            self._invoke(entry, rest)
        elif len(name) == 2 and name[1] == 0x3A and name[:1].isalpha() and not rest.strip(SEPARATORS):
            self._change_drive(name)
        else:
            self.run_program(name, rest)

    def _invoke(self, entry: Command, arguments: bytes, *, external: bool = False) -> None:
        if wants_help(entry, arguments):
            self.write(help_text(entry))
            return
        planned = ExitStack()
        try:
            if entry.files and self.dos.settings.long_names:
                arguments = shorten(self.dos, arguments, planned, beside=entry.beside)
            result = entry.handler(self, arguments)
            if isinstance(result, Generator):
                self.push(Running(result, external, None if isinstance(result, Work) else planned.pop_all()))
            elif external:
                self.errorlevel = result or 0
        except CommandError as error:
            self.fail(error, external=external)
        except DosError as error:
            self.fail(CommandError(message_of(error.code)), external=external)
        except IndexError:
            self.fail(CommandError("Invalid pointer"), external=external)
        finally:
            planned.close()

    def run_program(self, name: bytes, tail: bytes, *, call: bool = False) -> None:
        """Start a program, or a batch file (which takes the place of the one at work, unless ``call``)."""
        path = find(self.dos, self.variables, name) or stand_in(self.dos, name)
        if path is None:
            self.say("Bad command or file name")
        elif path.endswith(b".BAT"):
            self._run_batch(path, [name, *words_of(tail)], call=call)
        else:
            self.push(Program(path, tail))

    def _run_batch(self, path: bytes, arguments: list[bytes], *, call: bool) -> None:
        echo = self.echo
        if not call and (current := self.batch) is not None:
            echo = current.echo
            index = next(i for i, frame in enumerate(self.stack) if frame is current)
            if any(isinstance(frame, Restore) for frame in self.stack[index:]):
                for frame in self.stack[index:]:
                    if isinstance(frame, Batch):
                        frame.ended = True
            else:
                del self.stack[index:]
        self.push(Batch(path, arguments, echo))

    def _change_drive(self, name: bytes) -> None:
        number = (name[0] & 0x1F) - 1
        if number not in self.dos.drives.numbers():
            raise CommandError("Invalid drive specification")
        self.dos.drives.current = number

    def exec_call(self, path: bytes, tail: bytes) -> Call:
        """EXEC of a program, with its parameters written to the shell's own memory."""
        memory, base = self.dos.memory, self.segment << 4
        memory.write(base + stub.PATH, path[:126] + b"\0")
        length, tail = len(tail), tail[:TAIL_LIMIT]
        # 7Fh: the whole line is in the variable CMDLINE, as Windows 95 has it.
        memory.write(base + stub.TAIL, bytes((len(tail) if length <= TAIL_LIMIT else LONG_TAIL,)) + tail + b"\r")
        fcb1, fcb2 = fcbs_of(tail)
        memory.write(base + stub.FCB1, fcb1 + bytes(4) + fcb2 + bytes(4))
        far = [(offset, self.segment) for offset in (stub.TAIL, stub.FCB1, stub.FCB2)]
        environment = Psp.at(memory, self.variables.segment).environment
        parameters = struct.pack("<H", environment) + b"".join(struct.pack("<2H", *pointer) for pointer in far)
        memory.write(base + stub.PARAMETERS, parameters)
        return Call(EXECUTE, bx=stub.PARAMETERS, dx=stub.PATH)

    # --- what commands use -------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Write to handle 1. Raises CommandError when the disk is full."""
        dos = self.dos
        if is_console(dos, STDOUT):
            dos.output.expanded(data)
            dos.output.write_raw(data)
            return
        try:
            written = dos.files.write(STDOUT, data) if data else 0
        except DosError:
            return  # closed or read-only: there is nowhere to say it
        if written < len(data):
            raise CommandError("Insufficient disk space")

    def say(self, text: str | bytes = b"") -> None:
        """Write a line."""
        try:
            self.write((text if isinstance(text, bytes) else text.encode("cp437", "replace")) + b"\r\n")
        except CommandError:
            return

    def fail(self, error: CommandError, *, external: bool = False) -> None:
        """Say why a command ended."""
        self.say(error.text)
        if external:
            self.errorlevel = error.code

    def show_command(self, line: bytes) -> None:
        """Show a line of a batch file before it runs, if ECHO is on and no @ is before it."""
        if self.echo and not line.startswith(b"@") and (self.batch is not None or not self.shells.quiet):
            self.write(b"\r\n" + prompt_text(self) + line + b"\r\n")

    def key(self) -> Generator[Call, Answer, bytes]:
        """Wait for a key; an extended key is a zero byte and its scan code."""
        return reading(self, Key())

    def ask(self, question: bytes, keys: bytes) -> Generator[Call, Answer, bytes]:
        """Write a question and wait for one of some keys (capital letters); shows it and ends the line."""
        return reading(self, Question(question, keys))

    def read_line(self) -> Generator[Call, Answer, bytes | None]:
        """A line from handle 0, without its end; None at the end of a file."""
        return reading(self, Line())

    @property
    def rows(self) -> int:
        """Rows of the text screen."""
        return (self.dos.memory.u8(0x484) or 24) + 1  # a CGA's BIOS does not write it down

    @property
    def columns(self) -> int:
        """Columns of the screen."""
        return self.dos.memory.u16(0x44A) or 80
