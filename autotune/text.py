"""Values, settings, counts and durations as short texts."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from autotune.errors import one_line
from autotune.expressions import names_in
from autotune.space.domains import Choice, Fixed, Float, Int, LogNormal, Normal, label_of

SettingValue: TypeAlias = Any  # each setting has its own type
THOUSAND, LARGE = 1000, 1e7  # between them, numbers are written out with commas
MAX_BRIEF = 120  # characters of a repr


def brief(kind: str, text: str) -> str:
    """Return a repr of one line, such as ``Plan(SVC: 2 hyperparameters)``, cut where it is long."""
    return f"{kind}({one_line(text, MAX_BRIEF - len(kind) - 2)})"


def class_names(estimator: str, recipe: object = None) -> str:
    """Return what is tuned as its classes' names; a script's command stays as it is.

    >>> class_names("sklearn.svm.SVC, sklearn.svm.NuSVC"), class_names("train.py", {"script": {}})
    ('SVC or NuSVC', 'train.py')
    """
    if isinstance(recipe, Mapping) and "script" in recipe:
        return estimator
    return " or ".join(name.strip().rpartition(".")[2] for name in estimator.split(","))


def cited(evidence: str, citation: str) -> str:
    """Return the figures behind a choice and where they come from as one text.

    >>> cited("Best values on 38 datasets: 0.002 to 0.4.", "Probst et al. (2019)")
    'Best values on 38 datasets: 0.002 to 0.4. Probst et al. (2019)'
    """
    return f"{evidence} {citation}".strip()


def count(amount: int, noun: str) -> str:
    """Return an amount with its noun in the singular or plural.

    >>> count(1, "trial"), count(2000, "trial")
    ('1 trial', '2,000 trials')
    """
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {noun}s"


FACTS = {
    "rows": "{:,} rows",
    "columns": "{:,} columns",
    "classes": "{:,} classes",
    "minority": "a rarest class of {:.2%}",
    "missing": "{:.2%} missing values",
    "categorical": "{:,} columns of categories",
    "dims": "{:,} tuned hyperparameters",
    "cores": "{:,} cores",
}


def facts_text(rule: str, facts: Mapping[str, Any]) -> str:
    """Return in words the facts that a rule reads.

    >>> facts_text("clip(rows // columns, 1, 9)", {"rows": 1797, "columns": 64})
    '64 columns and 1,797 rows'
    """
    read = sorted(name for name in names_in(rule) if name in facts)
    return " and ".join(
        FACTS[name].format(facts[name]) if name in FACTS else f"{name} = {facts[name]}"
        for name in read
    )


def number(value: float) -> str:
    """Return a number as a person writes it: four digits that matter, thousands with commas.

    >>> number(0.05), number(32768.0), number(1797), number(3e-5), number(1e10)
    ('0.05', '32,768', '1,797', '3e-05', '1e+10')
    """
    if abs(value) < THOUSAND or abs(value) >= LARGE:
        return f"{value:.4g}" if isinstance(value, float) else str(value)
    return f"{value:,.0f}"


def value_text(value: object) -> str:
    """Return a setting's value, or a range, in a few words."""
    match value:
        case Float() | Int():
            scale = {True: " log", "reverse": " reverse log"}.get(value.log, "")
            step = f" step {number(value.step)}" if value.step not in (None, 1) else ""
            also = "".join(f" or {label_of(other)}" for other in value.also)
            return (
                f"{number(value.low)} .. {number(value.high)}{scale}{step}{_quantum(value)}{also}"
            )
        case Choice():
            return ", ".join(value.labels)
        case Fixed():
            return f"= {label_of(value.value)}"
        case Normal():
            name = "lognormal" if isinstance(value, LogNormal) else "normal"
            return f"{name}({number(value.mean)}, {number(value.std)}){_quantum(value)}"
    return _plain_text(value)


def _quantum(value: object) -> str:
    quantum = getattr(value, "q", None)
    return "" if quantum is None else f" in multiples of {number(quantum)}"


def params_text(params: Mapping[str, object]) -> str:
    """Return a configuration in one line, in which each value shows its type.

    >>> params_text({"max_features": 1.0, "hidden_layer_sizes": (128, 64), "solver": None})
    'max_features=1.0, hidden_layer_sizes=(128, 64), solver=none'
    """
    return ", ".join(f"{name}={_param_text(value)}" for name, value in params.items()) or "none"


def _param_text(value: object) -> str:
    if isinstance(value, float):
        short = number(value)
        return short if set(short) & set(".en") else f"{short}.0"
    if isinstance(value, list | tuple):
        return f"({value_text(value)})"
    return value_text(value)


def setting_text(name: str, value: SettingValue) -> str:
    """Return the value of a plan's setting in a few words, with its unit."""
    if name in ("max_runtime", "trial_timeout") and value is not None:
        return f"{number(value)} s" + (f" ({number(value / 3600)} h)" if value >= 3600 else "")
    if name == "constraints" and value:
        return ", ".join(f"{metric} {limit}" for metric, limit in value.items())
    if name == "memory_limit" and value is not None:
        return f"{value / 1e6:,.0f} MB"
    if name == "results":
        return f"{sum(len(parent['trials']) for parent in value['parents'])} known"
    return "none" if value == {} else value_text(value)


def _plain_text(value: object) -> str:
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={value_text(item)}" for key, item in value.items()) or "none"
    if isinstance(value, tuple) and value and isinstance(value[0], Mapping):
        return counted(len(value), "configuration")
    if isinstance(value, list | tuple):
        return ", ".join(map(value_text, value)) or "none"
    return "none" if value is None else label_of(value)


def counted(count: int, noun: str) -> str:
    """Return a number of things with their noun.

    >>> counted(1, "trial"), counted(2, "trial")
    ('1 trial', '2 trials')
    """
    return f"{count} {noun}{'s' * (count != 1)}"


def duration(seconds: float) -> str:
    """Return seconds as a person says them."""
    if seconds < 10:
        return f"{seconds:.2g} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
