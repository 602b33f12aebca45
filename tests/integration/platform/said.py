"""Lines that the functions print."""

from tests.support.factories import Json


def counted(metric: str) -> dict[tuple[str, ...], int]:
    return {(metric, "sourceB"): 1}


def attributes(**values: str) -> Json:
    """Return message attributes in the form that an event source mapping uses."""
    return {name: {"stringValue": value, "dataType": "String"} for name, value in values.items()}
