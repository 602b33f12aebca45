"""A request has bounds. The redrive of a kept request has none."""

import json

import pytest

from ingestion.http.http_problem import HttpProblem
from ingestion.http.payloads import FORM, NO_BOUNDS, XML, read_payloads
from ingestion.http.request import MAX_REQUEST_VALUES
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from ingestion.intake.submission import MAX_EVENTS
from tests.unit.http.requests import JSON, sent

MANY = MAX_REQUEST_VALUES + 1
VALUES = json.dumps({"values": [0] * MANY})
FIELDS = "&".join(f"a{number}=1" for number in range(MANY))
ELEMENTS = f"<r>{'<a/>' * MANY}</r>"
ITEMS = json.dumps([{}] * (MAX_EVENTS + 1))


@pytest.mark.parametrize(
    ("kind", "body", "payloads"),
    [
        pytest.param(JSON, VALUES, 1, id="JSON"),
        pytest.param(STRUCTURED_JSON, VALUES, 1, id="a CloudEvent"),
        pytest.param(FORM, FIELDS, 1, id="a form"),
        pytest.param(XML[0], ELEMENTS, 1, id="XML"),
        pytest.param(JSON, ITEMS, MAX_EVENTS + 1, id="many payloads"),
        pytest.param(BATCH_JSON, ITEMS, MAX_EVENTS + 1, id="a batch"),
    ],
)
def test_only_a_redrive_reads_more_than_a_request_may_hold(
    kind: str, body: str, payloads: int
) -> None:
    request = sent(body, Content_Type=kind)

    with pytest.raises(HttpProblem) as refusal:
        read_payloads(request, None)
    found = read_payloads(request, None, NO_BOUNDS)

    assert refusal.value.status == 413
    assert len(found.items) == payloads
