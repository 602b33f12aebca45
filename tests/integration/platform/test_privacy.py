"""No log line, response or reason holds the content of an event or a key."""

import json
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.support.canned import aws_error, intercept
from tests.support.factories import (
    CANARY,
    Json,
    cloudevent,
    contract,
    event,
    event_fields,
    lines,
    submission,
)
from tests.support.invocations import REQUEST_ID

INVALID: dict[str, Json] = {
    "id": {"id": f"{CANARY}\n"},
    "time": {"time": f"2026 {CANARY}"},
    "source": {"source": CANARY},
}
INVALID_CLOUDEVENTS: dict[str, Json] = {
    **INVALID,
    "type": {"type": CANARY},
    "type of another entity": {"type": "canary.upsert", "subject": CANARY},
    "subject": {"subject": CANARY},
    "data": {"data": CANARY},
    "base64": {"data": None, "data_base64": CANARY},
    "data content type": {"datacontenttype": CANARY},
}
INVALID_ENTITIES: dict[str, Json] = {
    "entity id": contract(f"{CANARY}#"),
    "entity field": contract(contract_type=CANARY),
    "unknown field": contract(colour=CANARY),
    "wrong type": contract(contract_name=[CANARY]),
}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(submission(contract(contract_name=CANARY)), id="valid"),
        pytest.param(f'{{"id": {CANARY}', id="not JSON"),
        pytest.param(f'"{CANARY}"', id="text"),
        pytest.param([submission(), CANARY], id="one of two"),
        pytest.param(submission(entity_name=CANARY), id="entity name"),
        pytest.param(submission(body=CANARY), id="body"),
        pytest.param(submission(operation=CANARY), id="operation"),
        pytest.param(submission(colour=CANARY), id="unknown attribute"),
        *(pytest.param(submission(**changes), id=name) for name, changes in INVALID.items()),
        *(pytest.param(submission(body), id=name) for name, body in INVALID_ENTITIES.items()),
    ],
)
def test_the_api_does_not_disclose_posted_content(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], body: Any
) -> None:
    response = cloud.post(body)

    assert response.status in {202, 207, 400, 422}
    assert CANARY not in response.text
    assert CANARY not in "".join(capsys.readouterr())


@pytest.mark.parametrize("changes", INVALID_CLOUDEVENTS.values(), ids=INVALID_CLOUDEVENTS)
def test_the_api_does_not_disclose_an_invalid_cloudevent(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], changes: Json
) -> None:
    response = cloud.post(cloudevent() | changes, content_type="application/cloudevents+json")

    assert response.status == 422
    assert CANARY not in response.text
    assert CANARY not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"source": None, "x_api_key": CANARY}, id="wrong key"),
        pytest.param({"source": "sourceA"}, id="another source's key"),
        pytest.param({"path": CANARY}, id="no such path"),
    ],
)
def test_the_api_does_not_disclose_a_refused_request(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], changes: dict[str, Any]
) -> None:
    response = cloud.post(submission(contract(contract_name=CANARY)), **changes)

    assert response.status in {403, 404}
    assert CANARY not in response.text
    assert CANARY not in "".join(capsys.readouterr())


@pytest.mark.parametrize("name", ["content_type", "content_encoding"])
def test_a_refused_media_type_or_encoding_is_repeated_to_its_sender_but_not_logged(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    response = cloud.post(submission(contract(contract_name=CANARY)), **{name: "canary/type"})

    assert response.status == 415
    assert "canary/type" in response.text
    assert CANARY not in response.text
    assert "canary" not in "".join(capsys.readouterr())


def test_the_api_logs_the_error_code_of_the_topic_but_no_content(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    denial = aws_error("AuthorizationError", 403, message=CANARY)
    intercept(cloud.api_runtime.router.sns, "PublishBatch", lambda _: denial)

    response = cloud.post(submission(contract(contract_name=CANARY), id="7"))

    output = "".join(capsys.readouterr())
    [line] = lines(output)
    assert line["source"] == "sourceB"
    assert line["EventNotTaken"] == [1]
    assert line["request_id"] == REQUEST_ID
    assert line["not_taken_for"] == ["AuthorizationError"]
    assert CANARY not in response.text + output


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(CANARY, id="not JSON"),
        *(
            pytest.param(json.dumps(event_fields() | changes), id=name)
            for name, changes in INVALID.items()
        ),
        *(
            pytest.param(json.dumps(event_fields() | {"data": data}), id=name)
            for name, data in INVALID_ENTITIES.items()
        ),
    ],
)
def test_the_worker_does_not_disclose_a_dead_letter(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], body: str
) -> None:
    cloud.work(body)

    [(_, reason, detail)] = cloud.dead_letters()
    assert CANARY not in reason + detail
    assert CANARY not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "data",
    [contract(contract_name=CANARY), *INVALID_ENTITIES.values()],
    ids=["valid", *INVALID_ENTITIES],
)
def test_the_worker_does_not_disclose_a_retried_record(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], data: Json
) -> None:
    cloud.pause(60)  # The first try is the last.
    away = aws_error("InternalServerError", 500)
    intercept(cloud.worker_runtime.store.dynamodb, "PutItem", lambda _: away)
    intercept(cloud.worker_runtime.dead_letters.sqs, "SendMessage", lambda _: away)

    cloud.work(json.dumps(event_fields() | {"data": data}))

    output = "".join(capsys.readouterr())
    [retried, counted] = lines(output)
    assert retried["level"] == "WARNING"
    assert retried["message"] == "record_failed"
    assert counted["RecordRetried"] == [1]
    assert CANARY not in output


def test_a_stored_event_has_one_log_line_without_its_content(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.work(event(contract(contract_name=CANARY)))

    output = "".join(capsys.readouterr())
    assert [line["EventStored"] for line in lines(output)] == [[1]]
    assert CANARY not in output
