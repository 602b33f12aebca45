"""How much memory may be used to read a document, and the refusal of a document that needs more."""

from ingestion.errors import RefusedFile

_MOST_BYTES = 1024**3
_PERCENT = 60  # Of the function's memory; the rest is for the function itself.


def memory_for_reading(memory_mb: int) -> int:
    """Return how many bytes of a function's memory the process may use that reads a document."""
    return min(_MOST_BYTES, memory_mb * 1024 * 1024 * _PERCENT // 100)


def too_little_memory(max_bytes: int) -> RefusedFile:
    """Return the refusal of a document that needs more than this limit."""
    others = "" if max_bytes >= _MOST_BYTES else ", or raise files.memory_mb"
    what = "split the document, or save it in another format"
    return RefusedFile("too_large", f"needs more than {max_bytes} bytes of memory: {what}{others}")
