from tests.integration.conftest import cloud, counts, ingest, session

__all__ = ["cloud", "counts", "ingest", "session"]
