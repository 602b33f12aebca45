"""Finds the paths that hold times, and the format of their values."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from entities.fields import NUMBER_TEXT
from ingestion.cli.sources.new.guesses.names import words_of
from ingestion.cli.sources.new.guesses.path_values import PathValues
from ingestion.mapping.values.readers.time_formats import compile_time
from ingestion.syntax.times import timestamp

RFC3339 = "rfc3339"
_EPOCHS = ("epoch_s", "epoch_ms", "epoch_us", "epoch_ns")
_WITH_OFFSET = (RFC3339, "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z")  # As +0100 too.
ISO = "iso"  # Local times and days, which need a zone.
ZONE = "UTC"
_AHEAD = timedelta(minutes=5)  # As a source's `max_ahead`.
_EARLIEST = "1970-01-01T00:00:00.000000Z"
_EARLIEST_EPOCH = "2000-01-01T00:00:00.000000Z"  # A smaller number is rather a count.
# By what the name says: when the entity changed, when the event was, and when the entity began.
_NAMES = (
    {"updated", "modified", "changed", "edited", "update", "change", "last"},
    {"timestamp", "ts", "time", "datetime", "occurred", "sent", "measured", "recorded"},
    {"date", "published", "at", "on"},
    {"created", "opened", "placed", "creation", "first"},
)
_OTHER = len(_NAMES)
_OF_OTHER_MOMENTS = {"due", "end", "ends", "start", "starts", "expires", "expiry", "valid", "birth"}


def find_times(paths: Iterable[PathValues], parent: Sequence[str]) -> list[PathValues]:
    """Return the paths that hold a time of the past in each item, the best first.

    A path beside the id, in the object `parent`, is better than another one.
    """
    found = [path for path in paths if path.is_in_all and format_of(path)]
    now = timestamp(datetime.now(UTC) + _AHEAD)
    past = [path for path in found if max(read_times(path.values, format_of(path))) <= now]

    def order(path: PathValues) -> tuple[int, int, bool]:
        return (_rank_as_time(path), len(path.keys), path.keys[:-1] != (*parent,))

    return sorted(past, key=order)


def find_days(paths: Iterable[PathValues]) -> list[PathValues]:
    """Return the paths that hold a day or a local time in each item. Either needs a zone."""
    return [
        path
        for path in paths
        if path.is_in_all and all(isinstance(value, str) for value in path.values)
        if not _reads(path.values, RFC3339) and _reads(path.values, ISO)
    ]


def format_of(path: PathValues) -> str | None:
    """Return the format of a path's values: rfc3339 or an epoch; None if they are no times.

    Numbers are an epoch only if the name says that they are times.
    """
    if all(isinstance(value, str) for value in path.values):
        for name in _WITH_OFFSET:
            if _reads(path.values, name):
                return name
    if not all(map(_may_be_epoch, path.values)) or _rank_as_time(path) == _OTHER:
        return None
    return _epoch_of(path.values)


def any_format_of(values: Sequence[Any]) -> str | None:
    """Return the format of values that are known to be times; `iso` for local times and days."""
    if all(map(_may_be_epoch, values)) and (epoch := _epoch_of(values)):
        return epoch
    return next((name for name in (*_WITH_OFFSET, ISO) if _reads(values, name)), None)


def read_times(values: Sequence[Any], name: str | None) -> list[str]:
    """Return times as UTC text. Raises ValueError."""
    return [compile_time(name or RFC3339, ZONE)(value) for value in values]


def _epoch_of(values: Sequence[Any]) -> str | None:
    latest = timestamp(datetime.now(UTC) + timedelta(days=3650))
    return next((n for n in _EPOCHS if _reads(values, n, _EARLIEST_EPOCH, latest)), None)


def _reads(values: Sequence[Any], name: str, earliest: str = _EARLIEST, latest: str = "9") -> bool:
    try:
        return all(earliest <= time <= latest for time in read_times(values, name))
    except ValueError:
        return False


def _may_be_epoch(value: Any) -> bool:
    is_text = isinstance(value, str) and NUMBER_TEXT.fullmatch(value)
    return bool(is_text) or type(value) in (int, Decimal)


def _rank_as_time(path: PathValues) -> int:
    words = {*words_of(path.keys[-1])} if path.keys else set()
    ranks = (rank for rank, names in enumerate(_NAMES) if names & words)
    return _OTHER if words & _OF_OTHER_MOMENTS else next(ranks, _OTHER)
