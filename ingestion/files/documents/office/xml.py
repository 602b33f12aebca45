"""Parse a part of an office file, and say why one is refused."""

from typing import IO

from ingestion.errors import RefusedFile
from ingestion.files.documents.pages import DAMAGED
from ingestion.syntax.bounded_xml import HostileXml, Target, parse_by_piece


def parse_part(part: IO[bytes], target: Target) -> None:
    """Parse the part. The target receives local names.

    The namespaces of transitional and strict files differ, their local names do not. Raises
    ExpatError if the part is not XML, and RefusedFile if it is hostile.
    """
    try:
        for _ in parse_by_piece(part, target, _local_name):
            pass
    except HostileXml as error:
        raise RefusedFile(DAMAGED, f"{error}, which an office file must not have") from error


def _local_name(name: str) -> str:
    return name.rpartition(" ")[2]
