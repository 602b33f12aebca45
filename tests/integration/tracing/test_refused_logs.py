"""`ingest logs` says what it cannot read, and what it has not found."""

import boto3
import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_groups
from tests.integration.commands.output import message
from tests.integration.conftest import Ingest
from tests.integration.tracing.conftest import Log


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--source", "sourcB"], "no source 'sourcB': there are documents, operator, sourceA"),
        (["--source", "sourcB"], 'did you mean "source'),
        (["--function", "worker sourcB"], "no function 'worker sourcB': there are"),
        (["--function", "apy"], 'did you mean "api"?'),
        (["--source", "sourceA", "--function", "api"], "exclude each other"),
        (["--since", "yesterday"], "30m, 2h or 7d"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_unknown_name_is_refused(run: Ingest, options: list[str], text: str) -> None:
    result = run("logs", *options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert text in message(result)


def test_no_line_is_described_by_the_options(run: Ingest, log: Log) -> None:
    log("api", '{"message": "old"}', age_seconds=700)

    result = run("logs", "--function", "api")

    assert (result.exit_code, result.stdout) == (0, "")
    assert message(result).startswith("No log line matches: --function api, --since 20")


def test_a_log_group_that_does_not_exist_ends_the_command(
    deployment: Deployment, run: Ingest, log: Log
) -> None:
    log("api", '{"message": "any"}')
    boto3.client("logs").delete_log_group(logGroupName=log_groups(deployment)["query"])

    result = run("logs")

    assert result.exit_code == 1
    assert "ResourceNotFoundException" in str(result.exception)
