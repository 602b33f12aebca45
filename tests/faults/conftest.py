from tests.integration.conftest import boto3_session, checkout, cloud, counts, ingest, run, session

__all__ = ["boto3_session", "checkout", "cloud", "counts", "ingest", "run", "session"]
