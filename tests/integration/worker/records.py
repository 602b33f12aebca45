"""Records of the queue of sourceB."""

from botocore.client import BaseClient

from tests.integration.cloud import Cloud
from tests.support.canned import Canned, intercept
from tests.support.factories import Json, contract, event
from tests.support.invocations import record


def records_of(contract_id: str, *event_ids: str) -> list[Json]:
    """Make records of one contract's events, each newer than the one before."""
    return [
        record(event(contract(contract_id), id=name, time=f"2026-01-31T12:00:0{name}Z"))
        for name in event_ids
    ]


def stored_ids(cloud: Cloud) -> dict[str, str]:
    """Return the id of the event that each row comes from."""
    return {key: row["_event"]["id"] for key, row in cloud.rows().items()}


def fail_one_call(
    client: BaseClient, operation: str, failure: Canned | Exception, at: str | None = None
) -> None:
    """Make one call fail: the first, or the one for the event with the id `at`."""
    failures = iter([failure])

    def respond(parameters: Json) -> Canned | None:
        if at and parameters["Item"]["_event"]["M"]["id"]["S"] != at:
            return None
        response = next(failures, None)
        if isinstance(response, Exception):
            raise response
        return response

    intercept(client, operation, respond)
