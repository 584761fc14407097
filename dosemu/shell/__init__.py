"""COMMAND.COM: the command interpreter, its built-in commands, and the programs that DOS brings along.

``shells.Shells`` serves all copies of it; ``shell.Shell`` is one copy. A command is one file in
``builtin`` or ``external`` that declares itself (``registry.command``).
"""
