from tests.integration.conftest import (
    boto3_session,
    checkout,
    cloud,
    counts,
    ingest,
    moto,
    run,
    session,
)

__all__ = ["boto3_session", "checkout", "cloud", "counts", "ingest", "moto", "run", "session"]
