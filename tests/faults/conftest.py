from tests.integration.conftest import (
    boto3_session,
    checkout,
    cloud,
    counts,
    ingest,
    moto,
    run,
    run_quickly,
    session,
)

__all__ = [
    "boto3_session",
    "checkout",
    "cloud",
    "counts",
    "ingest",
    "moto",
    "run",
    "run_quickly",
    "session",
]
