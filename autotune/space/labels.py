"""The equality of values, and the text that each travels under."""


def same(a: object, b: object) -> bool:
    """Return whether two values are equal and of one type: True is not 1, and 1 is not 1.0."""
    return type(a) is type(b) and label_of(a) == label_of(b)


def label_of(value: object) -> str:
    """Return the text a choice travels under: itself, or the one line of its repr."""
    return value if isinstance(value, str) else " ".join(repr(value).split())
