"""The child process: reads the document on stdin, and writes its text to stdout as JSON."""

import contextlib
import resource
import sys

from pydantic_core import to_json

from ingestion.errors import RefusedFile
from ingestion.files.documents.memory import too_little_memory
from ingestion.files.documents.pages import Pages
from ingestion.files.documents.read import read_document


def read_stdin(suffix: str, encoding: str, max_bytes: int) -> None:
    """Write the fields of a DocumentText, or reason and detail if the document is refused.

    Linux counts written memory in RLIMIT_DATA. Other systems may not know the limit.
    """
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (max_bytes, max_bytes))
    pages = Pages()
    try:
        media_type = read_document(sys.stdin.buffer, suffix, encoding, pages)
        found = to_json({"media_type": media_type, "pages": pages.texts, "faults": pages.faults})
    except RefusedFile as refusal:
        found = _refused(refusal)
    except MemoryError:
        found = _refused(too_little_memory(max_bytes))
    sys.stdout.buffer.write(found)


def _refused(refusal: RefusedFile) -> bytes:
    return to_json([refusal.reason, refusal.detail])


if __name__ == "__main__":
    read_stdin(sys.argv[1], sys.argv[2], int(sys.argv[3]))
