"""Python text laid out as formatters do: one line if it fits, else a line for each item."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 100


@dataclass(frozen=True)
class Group:
    """Items between brackets: each with what precedes it, such as ``name=`` or a key.

    ``lone`` marks a tuple of one.
    """

    opening: str
    items: Sequence[tuple[str, "Node"]]
    closing: str
    lone: bool = False


Node = str | Group


def flat(node: Node) -> str:
    """Return a node on one line."""
    if isinstance(node, str):
        return node
    inside = ", ".join(before + flat(item) for before, item in node.items)
    return f"{node.opening}{inside}{',' if node.lone else ''}{node.closing}"


def laid_out(node: Node, indent: int = 0, used: int = 0) -> str:
    """Return a node in lines: the first after ``used`` characters, the last indented."""
    text = flat(node)
    if isinstance(node, str) or not node.items or used + len(text) <= WIDTH:
        return text
    inner = indent + 4
    lines = [
        f"{' ' * inner}{b}{laid_out(item, inner, inner + len(b) + 1)},\n" for b, item in node.items
    ]
    return f"{node.opening}\n{''.join(lines)}{' ' * indent}{node.closing}"


def assigned(name: str, node: Node, indent: int = 0) -> str:
    """Return an assignment."""
    start = f"{' ' * indent}{name} = "
    return start + laid_out(node, indent, len(start))


def printable(text: str) -> str:
    """Return text on one line, with nothing in it that ends a line or a comment."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def comment(text: str, indent: int = 0) -> list[str]:
    """Return text as lines of comment, wrapped."""
    start = " " * indent + "# "
    lines = textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=start,
        subsequent_indent=start,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.rstrip() for line in lines]


def remarked(line: str, text: str, indent: int = 0) -> list[str]:
    """Return a line with its comment behind it if both fit, else below its comment."""
    remark = printable(text)
    if not remark:
        return [line]
    line_with_remark = f"{line}  # {remark}"
    if "\n" not in line and len(line_with_remark) <= WIDTH:
        return [line_with_remark]
    return [*comment(remark, indent), line]


def quoted(text: str) -> str:
    """Return text for inside a docstring: on one line, with nothing that ends or escapes it."""
    return printable(text).replace("\\", "/").replace('"', "'")


def paragraphs(*blocks: Iterable[str]) -> str:
    """Return blocks of lines with two blank lines between, without those that are empty."""
    texts = ["\n".join(block).strip("\n") for block in blocks]
    return "\n\n\n".join(text for text in texts if text.strip()) + "\n"


def wrapped(text: str) -> list[str]:
    """Return text for a docstring in lines."""
    return textwrap.wrap(quoted(text), WIDTH, break_long_words=False, break_on_hyphens=False)
