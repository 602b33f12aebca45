"""The limits of a payload in another format than JSON, whose reader has limits of its own."""

from ingestion.errors import IngestionError

MAX_LEVELS = 200  # As many as `exact_json` reads.


class TooManyValues(IngestionError):
    """A document has more values than a request may hold."""
