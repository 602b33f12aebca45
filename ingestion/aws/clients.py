"""The clients of functions whose start counts: botocore's, as boto3's are.

boto3 adds to them what none of these functions uses, and imports it: a tenth of a start.
"""

from functools import cache
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.session import Session, get_session

from ingestion.settings import CLIENT_CONFIG, PRESIGNING_CONFIG

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient


@cache
def session() -> Session:
    """One for all clients of a function: it reads botocore's data once."""
    return get_session()


def _client(service: str, config: Config = CLIENT_CONFIG) -> object:
    return session().create_client(service, config=config)


def dynamodb() -> "DynamoDBClient":
    """A client of the tables."""
    return cast("DynamoDBClient", _client("dynamodb"))


def presigning_s3() -> "S3Client":
    """A client that makes URLs, and calls nothing."""
    return cast("S3Client", _client("s3", PRESIGNING_CONFIG))


def secretsmanager() -> "SecretsManagerClient":
    """A client of the sources' secrets."""
    return cast("SecretsManagerClient", _client("secretsmanager"))


def sns() -> "SNSClient":
    """A client of the topics."""
    return cast("SNSClient", _client("sns"))


def sqs() -> "SQSClient":
    """A client of the queues."""
    return cast("SQSClient", _client("sqs"))
