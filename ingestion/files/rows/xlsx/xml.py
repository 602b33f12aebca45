"""Parse a part of a workbook, and say why one is refused."""

from collections.abc import Iterator
from typing import IO

from ingestion.errors import RefusedFile
from ingestion.syntax.bounded_xml import (
    MAX_ELEMENTS,
    HostileXml,
    Target,
    TooManyElements,
    parse_by_piece,
)

# Transitional and strict workbooks differ in their namespaces only.
_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
    "http://schemas.openxmlformats.org/package/2006/relationships ",
)


def parse_part_by_piece(
    part: IO[bytes], target: Target, max_elements: int = MAX_ELEMENTS
) -> Iterator[None]:
    """Parse the part, and pause after each piece so that the caller can collect results.

    The name of an element of another namespace is empty. Raises ExpatError if the part is not XML,
    and RefusedFile if it is hostile.
    """
    try:
        yield from parse_by_piece(part, target, _local_name, max_elements)
    except TooManyElements as error:
        raise RefusedFile("too_large", f"{error}: send CSV") from error
    except HostileXml as error:
        raise RefusedFile("not_a_workbook", f"{error}, which a workbook must not have") from error


def parse_part(part: IO[bytes], target: Target) -> None:
    """Parse the part to its end, with the errors of `parse_part_by_piece`."""
    for _ in parse_part_by_piece(part, target):
        pass


def _local_name(name: str) -> str:
    namespace, separator, local = name.rpartition(" ")
    return local if namespace + separator in _NAMESPACES else ""
