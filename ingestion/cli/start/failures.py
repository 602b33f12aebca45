"""Says in one sentence why the API or AWS failed, and what to do."""

from urllib.parse import urlsplit

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSLError,
    SSOError,
    TokenRetrievalError,
)

from entities import InvalidEntity
from ingestion.cli.client.posting import Unreachable
from ingestion.errors import IngestionError

# Errors whose message is for the person who runs a command or a tool.
EXPECTED = (IngestionError, InvalidEntity, BotoCoreError, ClientError, OSError)

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LOG_IN = "log in again, such as with `aws sso login`, or set AWS_PROFILE"
_NO_CREDENTIALS = (
    *(NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, ProfileNotFound),
    *(NoAuthTokenError, SSOError, LoginError, TokenRetrievalError),
)
_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired")
_UNKNOWN = (
    *("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"),
    *("InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"),
)
DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation")
_GONE = (
    *("ResourceNotFoundException", "NoSuchBucket", "NotFound", "NotFoundException"),
    *("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
)


def describe_failure(error: Exception) -> str:
    """Return why a command failed, with what to do if the cause is known."""
    if url := _unreachable_url(error):
        return _describe_unreachable(url)
    if isinstance(error, _NO_CREDENTIALS):
        return f"{_without_end(error)}: {_LOG_IN}"
    if isinstance(error, UnicodeEncodeError):  # Of a name in the arguments.
        return f"{error.object!r} is not valid Unicode: {error.reason}"
    if isinstance(error, ClientError):
        return _describe_refusal(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror or error}: {error.filename}"
    return str(error)


def _unreachable_url(error: Exception) -> str | None:
    if isinstance(error, Unreachable):
        return error.url
    if isinstance(error, SSLError):  # Its text says what is wrong.
        return None
    if isinstance(error, BotoCoreError) and "endpoint_url" in error.kwargs:
        return str(error.kwargs["endpoint_url"])
    return None


def _describe_unreachable(url: str) -> str:
    if urlsplit(url).hostname in _LOOPBACK:
        return f"the local stack does not respond at {url}: run `make up`"
    return f"no response from {url}: check the network, and that the environment exists"


def _describe_refusal(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    if code in _EXPIRED:
        return f"the AWS credentials have expired ({code}): {_LOG_IN}"
    if code in _UNKNOWN:
        return f"AWS does not accept the credentials ({code}): {_LOG_IN}"
    if code in DENIED:
        reason = error.response["Error"].get("Message") or error.operation_name
        return f"your AWS identity may not do this: {reason.rstrip('.')}"
    if code in _GONE:
        return (
            f"{_without_end(error)}: the outputs may be of an older deployment, so run"
            " `make outputs ENV=NAME`, `make up` for the local stack, or `ingest login` again"
        )
    return str(error)


def _without_end(error: Exception) -> str:
    return str(error).rstrip(".")
