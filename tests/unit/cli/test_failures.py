"""The sentence that a command prints when the API or AWS fails."""

import pytest
from botocore import exceptions as aws

from ingestion.cli.client.posting import Unreachable
from ingestion.cli.start.failures import describe_failure

LOCAL = "http://127.0.0.1:4566"
AWS = "https://dynamodb.eu-central-1.amazonaws.com"


def refusal(code: str) -> aws.ClientError:
    return aws.ClientError({"Error": {"Code": code, "Message": "as AWS says."}}, "GetItem")


@pytest.mark.parametrize(
    "error",
    [
        Unreachable(f"{LOCAL}/b"),
        Unreachable("http://localhost:4566/b"),
        aws.EndpointConnectionError(endpoint_url=LOCAL),
        aws.ConnectTimeoutError(endpoint_url=LOCAL),
        aws.ReadTimeoutError(endpoint_url=LOCAL),
        aws.ConnectionClosedError(endpoint_url=LOCAL),
    ],
    ids=lambda error: type(error).__name__,
)
def test_the_local_stack_is_brought_up_by_make_up(error: Exception) -> None:
    text = describe_failure(error)

    assert text.startswith("the local stack does not respond at http://")
    assert text.endswith(": run `make up`")


@pytest.mark.parametrize(
    "error", [Unreachable(AWS), aws.EndpointConnectionError(endpoint_url=AWS)], ids=str
)
def test_an_aws_service_is_named_by_its_url(error: Exception) -> None:
    assert describe_failure(error) == (
        f"no response from {AWS}: check the network, and that the environment exists"
    )


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (aws.NoCredentialsError(), "Unable to locate credentials: "),
        (aws.ProfileNotFound(profile="x"), "The config profile (x) could not be found: "),
        (aws.SSOTokenLoadError(error_msg="no file"), "Error loading SSO Token: no file: "),
        (refusal("ExpiredToken"), "the AWS credentials have expired (ExpiredToken): "),
        (refusal("ExpiredTokenException"), "the AWS credentials have expired (Expired"),
        (refusal("UnrecognizedClientException"), "AWS does not accept the credentials (Unrec"),
        (refusal("InvalidClientTokenId"), "AWS does not accept the credentials (Invalid"),
    ],
    ids=str,
)
def test_credentials_that_do_not_work_say_how_to_log_in(error: Exception, text: str) -> None:
    shown = describe_failure(error)

    assert shown.startswith(text)
    assert shown.endswith(": log in again, such as with `aws sso login`, or set AWS_PROFILE")


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "NoSuchBucket"])
def test_a_missing_resource_says_how_to_renew_the_outputs(code: str) -> None:
    assert describe_failure(refusal(code)).endswith(
        "as AWS says: the outputs may be of an older deployment, so run `make outputs ENV=NAME`,"
        " `make up` for the local stack, or `ingest login` again"
    )


def test_an_argument_with_bytes_that_are_no_text_is_named() -> None:
    with pytest.raises(UnicodeEncodeError) as error:
        "\udcff".encode()

    shown = describe_failure(error.value)

    assert shown == r"'\udcff' is not valid Unicode: surrogates not allowed"


def test_a_call_that_iam_refuses_is_said_in_one_sentence() -> None:
    shown = describe_failure(refusal("AccessDeniedException"))

    assert shown == "your AWS identity may not do this: as AWS says"


@pytest.mark.parametrize(
    "error",
    [
        refusal("ThrottlingException"),
        aws.SSLError(endpoint_url=AWS, error=OSError("certificate has expired")),
        OSError("disk full"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_other_failures_keep_their_text(error: Exception) -> None:
    assert describe_failure(error) == str(error)
