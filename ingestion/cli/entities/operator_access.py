"""The operator's key for corrections, and what it means if the API refuses one."""

from http import HTTPStatus
from typing import NoReturn

from ingestion.catalog import OPERATOR
from ingestion.cli.client.correction_client import Refusal
from ingestion.cli.client.posting import RETRY_ON
from ingestion.cli.environment import Deployment
from ingestion.cli.login.known import outputs_command
from ingestion.cli.output import ExitCode, exit_with_error


def operator_key(deployment: Deployment) -> str:
    """Return the key of the operator. The command ends if there is none."""
    key = deployment.find_api_key(OPERATOR)
    if key is None:
        exit_with_error(
            f"the operator's key of {deployment.environment} is unknown: set INGEST_KEY to the key,"
            f" or run `{outputs_command(deployment.environment)}` in a checkout"
        )
    return key


def exit_refused(refusal: Refusal, deployment: Deployment) -> NoReturn:
    """End the command with what the API's refusal means here."""
    match refusal.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            message = (
                f"HTTP {refusal.status}: the API does not accept the operator's key,"
                f" {deployment.origin_of_key(OPERATOR)}"
            )
        case HTTPStatus.CONFLICT:
            stored_time = refusal.document.get("stored_time")
            message = f"a later event, of {stored_time}, is stored: run the command again"
        case HTTPStatus.PRECONDITION_FAILED:
            message = (
                "another event was stored meanwhile, so nothing was changed: look at the entity,"
                " and repeat the correction"
            )
        case status if status in RETRY_ON:
            exit_with_error(f"not published: {refusal}: repeat it later", ExitCode.NOT_PUBLISHED)
        case HTTPStatus.NOT_FOUND:
            exit_with_error(str(refusal), ExitCode.NOT_FOUND)
        case _:
            message = str(refusal)
    exit_with_error(message, ExitCode.REJECTED)
