"""What `ingest status -o json` prints."""

from typing import Any

from tests.support.factories import Json


def part(shown: Any, name: str) -> Json:
    """Return what is known about a part. Without values that this environment does not know."""
    [found] = [each for each in shown["parts"] if each["name"] == name]
    return {field: value for field, value in found.items() if value is not None}


def problems(shown: Any) -> list[tuple[str, str]]:
    return [(found["part"], found["problem"]) for found in shown["attention"]]
