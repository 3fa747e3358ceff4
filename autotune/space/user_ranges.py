"""A range as a user writes it in Python: a domain, a short form, or another library's object."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune.errors import SettingError
from autotune.space.domains import Choice, Domain, Fixed, Float, Hint, Int, Normal
from autotune.space.labels import ParamValue
from autotune.space.other_forms import DRAWING, number_in, plain_number, read_other
from autotune.space.scale import is_number
from autotune.space.shorthand import SHAPES, SPAN, domain_from_plain, spelled

MANY_TIMES = 1000  # from here on the ends of an unknown range are of other magnitudes


def read_range(
    name: str, value: ParamValue, inferred: Domain | None, static: object = None
) -> Domain | Hint:
    """Return the domain of what a user wrote; a pair takes the inferred range's scale, if any.

    Texts that are numbers are these numbers where the hyperparameter is one, by its inferred range
    or its static value.

    Raises:
        SettingError: if it is not a range, is empty or reversed; it names the hyperparameter.
    """
    try:
        is_numeric = isinstance(inferred, Float | Int) or is_number(static)
        return _settled(_read(_as_numbers(value) if is_numeric else value, inferred), inferred)
    except SettingError as error:
        raise error.within(f"ranges.{name}") from None


def reading(value: ParamValue, read: Domain | Hint) -> str:
    """Return in words what was read as something else than it was written; empty for most.

    >>> reading(("1", "9"), Int(1, 9)), reading((1, 9), Int(1, 9))
    (' Its texts are read as numbers.', '')
    """
    package = type(value).__module__.partition(".")[0]
    if package in DRAWING:
        return f" Read from an object of {package}'s."
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or isinstance(read, Hint):
        return ""
    is_read = any(number_in(text) is not None and not read.contains(text) for text in texts)
    return " Its texts are read as numbers." if is_read else ""


def _as_numbers(value: ParamValue) -> ParamValue:
    """Return a text, or the texts of a list or tuple, as the numbers that they are, if any."""
    if isinstance(value, Choice):
        return replace(value, choices=_as_numbers(list(value.choices)))
    if isinstance(value, list | tuple):
        if any(map(is_number, value)):  # then 1 and "1" are two values
            return value
        return type(value)(_number_or_itself(item) for item in value)
    if isinstance(value, Fixed | Hint):
        return replace(value, value=_number_or_itself(value.value))
    return _number_or_itself(value)


def _number_or_itself(value: ParamValue) -> ParamValue:
    number = number_in(value)
    return value if number is None else number


def _read(value: ParamValue, inferred: Domain | None) -> Domain | Hint:
    match value:
        case Float() | Int() | Choice() | Fixed() | Normal() | Hint():
            return value
        case tuple() if len(value) == 2 and all(map(_is_end, value)):
            low, high = map(plain_number, value)
            return _pair(low, high, inferred)
        case list() | tuple():
            return Choice(list(value))
        case Mapping():
            return _from_mapping(value)
        case str() if SPAN.match(value):
            return _read(spelled(value), inferred)
    other = read_other(value)
    return Fixed(plain_number(value)) if other is None else other


def _is_end(value: ParamValue) -> bool:
    plain = plain_number(value)
    return isinstance(plain, int | float) and not isinstance(plain, bool)


def _from_mapping(value: Mapping[Any, Any]) -> Domain | Hint:
    """Return the range that a mapping spells; one with other keys than text is a value itself."""
    if not all(isinstance(key, str) for key in value):
        return Fixed(dict(value))
    if not value.keys() & (SHAPES | {"hint"}):
        raise SettingError(
            "a mapping must spell a range, such as {'low': 1, 'high': 10}",
            "One that is itself the value is written Fixed({…}), several [{…}, {…}].",
            value=dict(value),
        )
    read: Domain | Hint = spelled(dict(value)) if "hint" in value else domain_from_plain(value)
    return read


def _settled(read: Domain | Hint, inferred: Domain | None) -> Domain | Hint:
    """Return a range with the scale that is known of the hyperparameter in place of ``auto``."""
    if not isinstance(read, Float | Int) or read.log != "auto":
        return read
    step = read.step if isinstance(read, Int) else read.step or read.q
    log = False if step not in (None, 1) else _scale(read.low, read.high, inferred)
    return replace(read, log=log and (log if isinstance(read, Float) else True))


def _scale(low: float, high: float, inferred: Domain | None) -> Any:
    """Return the inferred range's scale where the ends can have it; else one by their distance."""
    known = isinstance(inferred, Int | Float)
    log = inferred.log if known else 0 < MANY_TIMES * low <= high  # type: ignore[union-attr]
    usable = low > 0 if log is True else low >= 0 and high < 1
    return log if log and usable and low < high else False


def _pair(low: ParamValue, high: ParamValue, inferred: Domain | None) -> Domain:
    kind = (
        type(inferred)
        if isinstance(inferred, Int | Float)
        else Int
        if isinstance(low, int) and isinstance(high, int)
        else Float
    )
    if kind is Int and (low != int(low) or high != int(high)):
        kind = Float
    return kind(low, high, log=_scale(low, high, inferred))
