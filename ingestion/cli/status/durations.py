"""Times as words and as short texts: `9 days`, `9d`."""

_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def short_duration(seconds: float) -> str:
    """Return a time in its largest unit, rounded down: 0.4s, 59s, 3m, 13d."""
    if seconds < 10 and seconds % 1:
        return f"{seconds:.1f}s"
    count, unit = _largest_unit(seconds)
    return f"{count}{unit[0]}"


def duration_in_words(seconds: float) -> str:
    """Return a time in its largest unit, rounded down: 1 minute, 13 days."""
    count, unit = _largest_unit(seconds)
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _largest_unit(seconds: float) -> tuple[int, str]:
    for unit, size in _UNITS[:-1]:
        if seconds >= size:
            return int(seconds // size), unit
    return int(max(seconds, 0)), "second"
