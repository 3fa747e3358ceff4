"""What every program has around its search: head, thread caps, caps as constants, reading data, and the command line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from autotune.export.embed import Embedded
from autotune.export.evaluation import Evaluation
from autotune.export.formatting import assigned, comment, paragraphs, quoted, remarked, wrapped
from autotune.export.imports import Imports
from autotune.plan.spec import PlanSpec
from autotune.version import __version__
from autotune.workers.pool import THREADS


@dataclass
class Draft:
    """A program that is being written: the blocks of its upper part, its imports, and what is embedded below.

    ``finite`` says that its space is.
    """

    plan: PlanSpec
    evaluation: Evaluation
    below: Embedded
    imports: Imports
    finite: bool
    blocks: list[Sequence[str]] = field(default_factory=list)

    def text(self, engine: str, notes: Sequence[str], variables: Sequence[str] = ()) -> str:
        """Return the program's text; ``variables`` are further lines that set the environment."""
        upper = paragraphs(*self.blocks)
        lower = [*comment(LOWER), ""] if self.below.text else []
        start = f"{head(self.plan, engine, notes)}\n\n{chr(10).join([environment(self.plan), *variables])}\n\n{self.imports.text()}\n\n"
        main = 'if __name__ == "__main__":\n    main()\n'
        below = f"\n\n{chr(10).join(lower)}\n\n{self.below.text}\n" if lower else ""
        return f"{start}{upper}{below}\n\n{main}"


LOWER = "Below: how the trials are drawn, as autotune draws them. Nothing there is about this plan, and nothing needs to be changed."


def head(plan: PlanSpec, engine: str, notes: Sequence[str]) -> str:
    """Return the docstring: what the program does, how it is run, and what of the plan it does not carry out."""
    lines = [f'"""Tunes {quoted(plan.estimator)} with {engine}: {plan["max_trials"]} trials.', ""]
    lines += wrapped(
        f"Written by autotune {__version__} from a plan, whose trials it tries again; it does not need autotune."
    )
    lines += [line for note in notes for line in ["", *wrapped(note)]]
    return "\n".join([*lines, '"""'])


def environment(plan: PlanSpec) -> str:
    """Return the thread caps, which libraries read when they are loaded."""
    reason = plan.settings["threads_per_trial"].reason
    lines = ["import os", "", *comment(f"Before any library loads. {reason}")]
    lines += [f'os.environ["{name}"] = "{plan["threads_per_trial"]}"' for name in THREADS]
    return "\n".join([*lines, 'os.environ["OMP_WAIT_POLICY"] = "PASSIVE"'])


def constants(plan: PlanSpec, names: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return constants with the reasons of the settings that they stand for: name, code, setting."""
    units = {"max_runtime": "Seconds. "}
    told = [
        (assigned(name, code), units.get(setting, "") + plan.settings[setting].reason)
        for name, code, setting in names
    ]
    return [line for line, reason in told for line in remarked(line, reason)]


def load_lines(imports: Imports) -> list[str]:
    """Return the function that reads data."""
    imports.module("pandas", "pd")
    return [
        "def load(path, target):",
        '    """Return X and y of a CSV or parquet file; y is None where no column is named."""',
        '    frame = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path)',
        "    return (frame, None) if target is None else (frame.drop(columns=target), frame[target])",
    ]


def main_lines(draft: Draft, arguments: Sequence[str], passed: str) -> list[str]:
    """Return the command line: ``optimize`` is called with the evaluation, the number of trials and what else is ``passed``."""
    draft.imports.module("argparse")
    draft.imports.name("pprint.pprint")
    if draft.evaluation.takes_data:
        draft.imports.name("functools.partial")
    supervised = draft.plan.facts.get("task") not in ("clustering", "outlier", "density")
    needed = "required=True, " if supervised else ""
    data = [
        '    parser.add_argument("--data", required=True, metavar="FILE", help="CSV or parquet file")',
        f'    parser.add_argument("--target", {needed}metavar="COLUMN", help="the column to predict")',
    ]
    load = [
        "    try:",
        "        X, y = load(options.data, options.target)",
        "    except (OSError, ValueError, KeyError) as error:",
        '        parser.error(f"--data, --target: {error}")',
    ]
    takes = draft.evaluation.takes_data
    return [
        "def main():",
        '    """Tune, and print the best configuration."""',
        f'    parser = argparse.ArgumentParser(description="Tune {quoted(draft.plan.estimator)}.")',
        *(data if takes else []),
        '    parser.add_argument("--trials", type=int, default=MAX_TRIALS, help="how many (%(default)s)")',
        *arguments,
        "    options = parser.parse_args()",
        *(load if takes else []),
        f"    evaluate_one = {'partial(evaluate, X, y)' if takes else 'evaluate'}",
        f"    best, value = optimize(evaluate_one, options.trials, {passed})",
        '    print(f"best {METRIC}: {value:.6g}, with")',
        "    pprint(best, sort_dicts=False)",
    ]
