"""What the API does while it cannot read which sources are closed, or reads nonsense."""

from http.server import HTTPServer
from threading import Event
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from ingestion.store.closed_sources import CLOSED_SOURCES, ClosedSources, Closing
from tests.integration.cloud import Cloud
from tests.integration.sources.closings import Clock, assert_closed, note_reads
from tests.support.canned import Canned, aws_error, name_of
from tests.support.factories import Json, lines, submission
from tests.support.servers import QuietHandler, serving

FAILURES: list[Canned | Exception] = [
    aws_error("ProvisionedThroughputExceededException"),
    aws_error("AccessDeniedException"),
    aws_error("ResourceNotFoundException"),
    aws_error("InternalServerError", 500),
    ReadTimeoutError(endpoint_url="https://canned.example.com"),
]


def fail(cloud: Cloud, failure: Canned | Exception) -> list[Json]:
    """Let every read fail, and return the list of the reads."""

    def respond() -> Canned:
        if isinstance(failure, Exception):
            raise failure
        return failure

    return note_reads(cloud, respond)


@pytest.mark.parametrize("failure", FAILURES, ids=name_of)
def test_while_the_state_cannot_be_read_the_last_known_state_stays(
    cloud: Cloud, closed: ClosedSources, clock: Clock, failure: Canned | Exception
) -> None:
    closed.close("sourceB", Closing(retry_after_seconds=7))
    assert_closed(cloud.post(submission()), 7)
    calls = fail(cloud, failure)

    for _ in range(2):
        clock.expire_cache()
        assert_closed(cloud.post(submission()), 7)

    assert len(calls) == 2


@pytest.mark.parametrize("failure", FAILURES, ids=name_of)
def test_while_the_state_was_never_read_a_source_is_open(
    cloud: Cloud, failure: Canned | Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = fail(cloud, failure)

    responses = [cloud.post(submission()) for _ in range(3)]

    assert [response.status for response in responses] == [202, 202, 202]
    assert len(calls) == 1
    warnings = [line for line in lines(capsys.readouterr().out) if line.get("level") == "WARNING"]
    assert [(line["message"], line["reason"]) for line in warnings] == [
        ("closed_sources_unknown", name_of(failure))
    ]


class HangingTable(HTTPServer):
    """Answers nothing while a test runs, and counts the requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _HangingHandler)
        self.is_over = Event()
        self.requests = 0


class _HangingHandler(QuietHandler):
    server: HangingTable

    def do_POST(self) -> None:
        self.server.requests += 1
        self.server.is_over.wait(120)


def test_a_table_that_hangs_delays_one_request_by_one_short_call(
    cloud: Cloud, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(HangingTable()) as table:
        url = f"http://127.0.0.1:{table.server_address[1]}"
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)

        responses = [cloud.post(submission()) for _ in range(5)]
        table.is_over.set()

    assert [response.status for response in responses] == [202] * 5
    assert table.requests == 1
    assert clock.seconds == 0
    config: Any = cloud.api_runtime.callers.closed.item.dynamodb.meta.config
    assert (config.connect_timeout, config.read_timeout) == (0.25, 0.25)


def put_entry(cloud: Cloud, entry: Any) -> None:
    item = {"ID": {"S": CLOSED_SOURCES}, "_closed_sourceB": entry}
    cloud.dynamodb.put_item(TableName=cloud.table_name, Item=item)


@pytest.mark.parametrize(
    "entry",
    [
        {"S": "closed"},
        {"BOOL": True},
        {"NULL": True},
        {"M": {"retry_after_seconds": {"S": "soon"}}},
        {"M": {"retry_after_seconds": {"N": "-1"}}},
        {"M": {"retry_after_seconds": {"N": "1e30"}}},
        {"M": {"closed_at": {"N": "5"}}},
        {"L": []},
        {"B": b"\x00"},
    ],
    ids=str,
)
def test_an_invalid_entry_closes_its_source_with_the_default(cloud: Cloud, entry: Any) -> None:
    put_entry(cloud, entry)

    assert_closed(cloud.post(submission()), 600)
