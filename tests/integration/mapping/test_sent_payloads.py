"""`ingest send` posts each line, or each element of an array, as a payload."""

import json
from collections.abc import Iterator
from http.server import HTTPServer

import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.output import ExitCode
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.mapping.conftest import map_source, queued_events, reading
from tests.support.servers import QuietHandler, serving


class Handler(QuietHandler):
    """Passes each request to the API's handler."""

    server: "Gateway"

    def do_POST(self) -> None:
        response = self.server.cloud.post(self.body(), self.path.strip("/"))
        self.answer(response.status, response.text.encode())


class Gateway(HTTPServer):
    """The gateway of an API, on loopback."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.cloud = cloud


@pytest.fixture
def send(cloud: Cloud, run: Ingest, checkout: Checkout) -> Iterator[Ingest]:
    """Return `ingest`, whose environment is served on loopback. sourceB has rules."""
    document = map_source(cloud, reading(fields={"value": "item.v"}), ignore="payload.ping")
    checkout.catalog_file.write_text(json.dumps(document))
    with serving(Gateway(cloud)) as gateway:
        outputs = json.loads(checkout.outputs_file("local").read_text())
        outputs |= {"api_url": f"http://127.0.0.1:{gateway.server_port}"}
        checkout.outputs_file("local").write_text(json.dumps(outputs))
        yield run


LINES = '{"id":"a","v":1.10}\n\n{"ping":1}\n{"id":"b","v":"much"}\n'
ARRAY = '[{"id":"a","v":1.10},{"ping":1},{"id":"b","v":"much"}]'


@pytest.mark.parametrize(
    ("content", "place"), [(LINES, "line 4"), (ARRAY, "event 3")], ids=["lines", "array"]
)
def test_each_payload_is_sent_as_it_is(
    cloud: Cloud, send: Ingest, content: str, place: str
) -> None:
    result = send("send", "-", "--source", "sourceB", "-o", "json", stdin=content)

    assert result.exit_code == ExitCode.REJECTED
    found = json.loads(result.stdout[result.stdout.index("{\n") :])  # After the API's metrics.
    counts = {name: found[name] for name in ("accepted", "rejected", "ignored", "not_taken")}
    assert counts == {"accepted": 1, "rejected": 1, "ignored": 1, "not_taken": 0}
    [error] = found["errors"]
    assert f"{error['unit']} {error['line']}" == place
    assert (error["reason"], error["field"]) == ("invalid_entity", "rule 1 (READING), value")
    [event] = queued_events(cloud)
    assert (event.subject, event.data) == ("a", {"reading_id": "a", "value": "1.10"})


def test_payloads_that_are_all_ignored_are_success(send: Ingest) -> None:
    result = send("send", "-", "--source", "sourceB", stdin='{"ping":1}')

    assert result.exit_code == 0
    assert "ignored" in result.stdout
