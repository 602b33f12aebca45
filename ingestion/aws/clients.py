"""The clients of functions whose start counts: botocore's, as boto3's are.

boto3 adds to them what none of these functions uses, and imports it: a tenth of a start.
"""

from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.session import Session

from ingestion.settings import CLIENT_CONFIG, PRESIGNING_CONFIG

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient


def _client(session: Session, service: str, config: Config = CLIENT_CONFIG) -> object:
    return session.create_client(service, config=config)


def dynamodb(session: Session) -> "DynamoDBClient":
    """Return a client of the tables."""
    return cast("DynamoDBClient", _client(session, "dynamodb"))


def presigning_s3(session: Session) -> "S3Client":
    """Return a client that makes URLs and calls nothing."""
    return cast("S3Client", _client(session, "s3", PRESIGNING_CONFIG))


def secretsmanager(session: Session) -> "SecretsManagerClient":
    """Return a client of the sources' secrets."""
    return cast("SecretsManagerClient", _client(session, "secretsmanager"))


def sns(session: Session) -> "SNSClient":
    """Return a client of the topics."""
    return cast("SNSClient", _client(session, "sns"))


def sqs(session: Session) -> "SQSClient":
    """Return a client of the queues."""
    return cast("SQSClient", _client(session, "sqs"))
