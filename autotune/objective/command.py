"""A command as it is run: its program and files found, before any trial."""

import os
import shlex
import shutil
import sys
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from autotune.errors import SettingError
from autotune.script import ScriptSpec


def found_command(script: ScriptSpec, base: Path) -> tuple[str, ...]:
    """Return the command's words, files by their whole path, as a trial runs in another folder.

    Args:
        script: What to run.
        base: The folder that relative paths start from.

    Raises:
        SettingError: if the command is not there, or cannot be executed.
    """
    first, *arguments = script.words
    path = base / first
    if first.endswith(".py"):
        return (sys.executable, str(_file(path, first)), *_files(arguments, base))
    if "/" not in first and not (isinstance(script.command, str) and path.is_file()):
        return (_program(first, script, base), *_files(arguments, base))
    if not os.access(_file(path, first), os.X_OK):
        raise SettingError(
            f"command must be a file that may be executed, got {first!r}.",
            f"chmod +x {first}, or a list: ['sh', {first!r}].",
        )
    return (str(path.absolute()), *_files(arguments, base))


def found_folder(script: ScriptSpec, base: Path) -> str | None:
    """Return the whole path of the folder that a script runs in, where it names one.

    Raises:
        SettingError: if it is none.
    """
    if script.folder is None:
        return None
    folder = base / script.folder
    if not folder.is_dir():
        raise SettingError(f"folder must be a folder that is there, got {str(script.folder)!r}.")
    return str(folder.absolute())


def placed(script: ScriptSpec, base: Path) -> ScriptSpec:
    """Return the script with the files of its command, and its folder, by their whole paths."""
    folder = None if script.folder is None else str((base / script.folder).absolute())
    words = _files(list(script.words), base)
    return replace(
        script, command=words[0] if isinstance(script.command, str) else words, folder=folder
    )


def _file(path: Path, text: str) -> Path:
    if path.is_file():
        return path.absolute()
    siblings = path.parent.iterdir() if path.parent.is_dir() else ()
    files = [sibling.name for sibling in siblings if sibling.is_file()]
    matches = ", ".join(map(repr, get_close_matches(path.name, files)))
    near = f"Did you mean {matches}?" if matches else ""
    raise SettingError(f"command must be a file that is there, got {text!r}.", _split(text) or near)


def _program(name: str, script: ScriptSpec, base: Path) -> str:
    path = shutil.which(name)
    if path is not None:
        return path
    hint = _split(name) if isinstance(script.command, str) else ""
    nearest = f"Did you mean './{name}'?" if (base / name).is_file() else ""
    raise SettingError(
        f"command must be a program that is installed or a file that is there, got {name!r}.",
        hint or nearest,
    )


def _split(text: str) -> str:
    """Return the hint for a whole command line in one text."""
    try:
        words = shlex.split(text)
    except ValueError:
        return ""
    return f"A command with arguments is a list: {words}." if len(words) > 1 else ""


def _files(words: list[str], base: Path) -> list[str]:
    """Return words, those by their whole path that look like a file's name and are one."""
    return [str((base / word).absolute()) if _is_file(word, base) else word for word in words]


def _is_file(word: str, base: Path) -> bool:
    # Unlike Path.is_file, it takes a word of any length, such as a whole awk program.
    return ("." in word or "/" in word) and os.path.isfile(base / word)  # noqa: PTH113
