from tests.integration.conftest import cloud, counts, ingest, run, session

__all__ = ["cloud", "counts", "ingest", "run", "session"]
