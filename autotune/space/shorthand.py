"""A range as files and ``--set`` spell it, and as plain data."""

import re
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.serialization.values import from_plain, to_plain
from autotune.space.domains import Choice, Domain, Fixed, Float, Hint, Int, LogNormal, Normal
from autotune.space.labels import Params, ParamValue

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
SPAN = re.compile(rf"^\s*({NUMBER})\s*\.\.\s*({NUMBER})\s*(log|reverse)?\s*$")


def spelled(data: object) -> Any:
    """Read a range as files and ``--set`` spell it.

    >>> spelled("3..10"), spelled({"hint": 4})
    ((3, 10), Hint(value=4))
    >>> spelled("1e-5..1e-1 log") == spelled({"low": 1e-5, "high": 1e-1, "log": True})
    True
    """
    if isinstance(data, str) and (span := SPAN.match(data)):
        low, high = (
            int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
            for text in span.group(1, 2)
        )
        return (
            (low, high)
            if not span[3]
            else _numbers(low, high, {"log": True if span[3] == "log" else "reverse"})
        )
    if isinstance(data, dict) and "hint" in data and set(data) <= {"hint", "when"}:
        return Hint(from_plain(data["hint"]), when=from_plain(data.get("when")))
    if isinstance(data, dict) and data.keys() & {"low", "high", "choices", "mean", "type"}:
        return domain_from_plain(data)
    return from_plain(data)


def _numbers(low: ParamValue, high: ParamValue, extra: Params) -> Domain:
    is_integer = (
        isinstance(low, int)
        and isinstance(high, int)
        and not isinstance(extra.get("step"), float)
        and "q" not in extra
    )
    return Int(low, high, **extra) if is_integer else Float(low, high, **extra)


SHAPES = {"low", "high", "log", "step", "also", "choices", "value", "mean", "std", "q", "type"} | {
    "when"
}


def domain_from_plain(data: Params) -> Domain:
    """Return the domain that plain data such as ``{type: float, low: 0, high: 1}`` describes.

    Raises:
        SettingError: if it has unknown names or is not a range.
    """
    for name in data:
        if name not in SHAPES:
            raise SettingError(
                f"a range has no {name!r}", did_you_mean(str(name), SHAPES), name=str(name)
            )
    kind = data.get("type") or (
        "choice" if "choices" in data else "normal" if "mean" in data else ""
    )
    arguments = {key: from_plain(value) for key, value in data.items() if key != "type"}
    try:
        match kind:
            case "choice":
                return Choice(**arguments)
            case "fixed":
                return Fixed(**arguments)
            case "normal" | "lognormal":
                return (Normal if kind == "normal" else LogNormal)(**arguments)
            case "int" | "float":
                return (Int if kind == "int" else Float)(**arguments)
            case "":
                return _numbers(arguments.pop("low"), arguments.pop("high"), arguments)
    except (TypeError, KeyError) as error:
        raise SettingError(
            f"a range must be such as {{low: 1, high: 10, log: false}} or a list ({error})",
            value=dict(data),
        ) from None
    raise SettingError(
        "a range's type must be float, int, choice, fixed, normal or lognormal",
        name="type",
        value=kind,
    )


def domain_to_plain(domain: Domain) -> dict[str, Any]:
    """Return the domain as plain data, as the record and plan files spell it."""
    match domain:
        case Choice():
            return {"type": "choice", "choices": [to_plain(choice) for choice in domain.choices]}
        case Fixed():
            return {"type": "fixed", "value": to_plain(domain.value)}
        case Normal():
            return {
                "type": type(domain).__name__.lower(),
                "mean": domain.mean,
                "std": domain.std,
            } | _quantum(domain)
    plain: dict[str, Any] = {
        "type": type(domain).__name__.lower(),
        "low": domain.low,
        "high": domain.high,
        "log": domain.log,
    }
    if domain.step not in (None, 1) or (isinstance(domain, Float) and domain.step):
        plain["step"] = domain.step
    if domain.also:
        plain["also"] = [to_plain(value) for value in domain.also]
    return plain | _quantum(domain)


def _quantum(domain: Domain) -> dict[str, Any]:
    quantum = getattr(domain, "q", None)
    return {} if quantum is None else {"q": quantum}
