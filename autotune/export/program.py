"""The text of a program: what comes from its plan, then the templates it uses, then our library."""

import ast
import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from autotune.export.embed import Embedded, Wanted, embedded
from autotune.export.formatting import assigned, comment, paragraphs, quoted, remarked, wrapped
from autotune.export.imports import Imports
from autotune.plan.spec import PlanSpec
from autotune.version import __version__
from autotune.workers.worker_process import THREADS

# What generated functions bind: an import of the plan's must not have one of these names.
LOCAL_NAMES = ("suggest", "kind", "params", "encoded", "seed", "study", "sampler", "known")
PYTHON_NAMES = frozenset(dir(builtins))
UNITS = {"max_runtime": "Seconds. "}
RUNNING = "How a trial is evaluated, and how trials run: the same for all plans of this kind."
LIBRARY = (
    "Below: how the trials are drawn, as autotune draws them. "
    "Nothing there is about this plan, and nothing needs to be changed."
)


@dataclass
class Program:
    """A program that is being written.

    ``code`` holds templates and library, ``blocks`` what was generated from the plan so far,
    ``tables`` the long constants, which come after the templates, and ``environment`` further lines
    that must precede all imports.
    """

    plan: PlanSpec
    engine: str
    code: Embedded
    imports: Imports
    blocks: list[Sequence[str]] = field(default_factory=list)
    tables: list[Sequence[str]] = field(default_factory=list)
    environment: Sequence[str] = ()

    def text(self, notes: Sequence[str]) -> str:
        """Return the program's text; ``notes`` say what of the plan it does not carry out.

        Raises:
            ValueError: if it does not define all that its templates need.
        """
        start = [
            "\n".join(head(self.plan, self.engine, notes)),
            "\n".join([*thread_caps(self.plan), *self.environment]),
            self.imports.text(),
        ]
        sections = [
            *self.blocks,
            [*comment(RUNNING), "", "", self.code.templates],
            *self.tables,
            [*comment(LIBRARY), "", "", self.code.library],
            ['if __name__ == "__main__":', "    main()"],
        ]
        text = "\n\n".join([*start, paragraphs(*sections)])
        missing = self.code.placeholders - _defined(text)
        if missing:
            raise ValueError(f"a program must define {', '.join(sorted(missing))}.")
        return text


def begin_program(plan: PlanSpec, engine: str, wanted: Iterable[Wanted]) -> Program:
    """Return a program with the code it needs, to which what the plan says is added."""
    code = embedded(wanted)
    reserved = PYTHON_NAMES | code.names | code.placeholders | {*LOCAL_NAMES, "main"}
    program = Program(plan, engine, code, Imports(reserved))
    code.add_imports(program.imports)
    return program


def _defined(text: str) -> set[str]:
    """Return the names that a program defines itself."""
    names = set()
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return names


def head(plan: PlanSpec, engine: str, notes: Sequence[str]) -> list[str]:
    """Return the docstring: what the program does, and what of the plan it does not carry out."""
    origin = (
        f"Written by autotune {__version__} from a plan, whose trials it tries again; "
        "it does not need autotune. Run it with --help for its arguments."
    )
    lines = [f'"""Tunes {quoted(plan.estimator)} with {engine}: {plan["max_trials"]} trials.']
    for paragraph in (origin, *notes):
        lines += ["", *wrapped(paragraph)]
    return [*lines, '"""']


def thread_caps(plan: PlanSpec) -> list[str]:
    """Return the thread caps, which libraries read when they are loaded."""
    threads, reason = plan["threads_per_trial"], plan.settings["threads_per_trial"].remark
    lines = ["import os", "", *comment(f"Before any library loads. {reason}")]
    lines += [f'os.environ["{name}"] = "{threads}"' for name in THREADS]
    return [*lines, 'os.environ["OMP_WAIT_POLICY"] = "PASSIVE"']


def constants(plan: PlanSpec, names: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return constants, each a name, its code and the setting it stands for, with their reasons."""
    lines = []
    for name, code, setting in names:
        reason = UNITS.get(setting, "") + plan.settings[setting].remark
        lines += remarked(assigned(name, code), reason)
    return lines
