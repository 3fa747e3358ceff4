"""Times as people type them: a date, or how long ago."""

import re
from datetime import UTC, datetime, timedelta

from autotune.errors import SettingError

AGO = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str, now: datetime | None = None) -> datetime:
    """Return the time that a text means; a date without a zone is in UTC, as the list shows it.

    >>> moment("2026-11-05").isoformat()
    '2026-11-05T00:00:00+00:00'
    >>> moment("1.5d", datetime(2026, 1, 3, tzinfo=UTC)).isoformat()
    '2026-01-01T12:00:00+00:00'

    Raises:
        SettingError: if it is neither a date nor a number with a unit.
    """
    ago = AGO.fullmatch(text.strip())
    try:
        if ago:
            span = timedelta(**{UNITS[ago[2]]: float(ago[1])})
            return (datetime.now(UTC) if now is None else now) - span
        time = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise SettingError(
            f"--since must be a date or a time ago, got {text!r}.",
            "For example 2026-11-05, 7d or 12h.",
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
