"""The error of a draft that cannot be made."""

from ingestion.errors import IngestionError


class BadDraft(IngestionError):
    """A source cannot be drafted. The message says why, and which option would help."""
