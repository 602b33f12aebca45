"""A fault of a rule, and its place in the catalog."""

from typing import NamedTuple

Path = tuple[str | int, ...]


class RuleFault(NamedTuple):
    """What is wrong, and what would be right. `path` holds the keys inside the source."""

    path: Path
    message: str
