"""`ingest search` and the queue `search` of `ingest dlq`, against the functions on moto."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from ingestion.catalog import READER
from ingestion.cli.checkout import Checkout
from ingestion.handlers import indexer
from tests.integration.search.api import Run
from tests.integration.search.conftest import UNDELIVERED
from tests.integration.search.events import contract_event, document_event
from tests.integration.search.platform import Platform
from tests.support.canned import Canned, canned
from tests.support.factories import CANARY, Json, api_key
from tests.support.invocations import context


def test_a_search_prints_entity_id_and_text(platform: Platform, run: Run) -> None:
    platform.put(contract_event(1, "this is a full test"), contract_event(2, "turbine"))

    result = run("search", "full test")

    assert result.exit_code == 0, result.output
    [header, _, row] = result.stdout.splitlines()
    assert header.split() == ["entity_name", "id", "text"]
    assert row.split()[:2] == ["CONTRACT", "c-1"]
    assert "this is a full test" in row


def test_the_readers_key_is_read_from_api_gateway_after_a_login(
    platform: Platform, run: Run, checkout: Checkout
) -> None:
    platform.put(contract_event(1, "turbine"))
    key = boto3.client("apigateway").create_api_key(name="reader", value=api_key(READER))
    file = checkout.outputs_file("local")
    outputs = json.loads(file.read_text()) | {"reader_api_key": ""}
    file.write_text(json.dumps(outputs))

    unknown = run("search", "turbine")
    file.write_text(json.dumps(outputs | {"api_key_ids": {READER: key["id"]}}))
    found = run("search", "turbine")

    assert unknown.exit_code == 2
    assert "ingest login" in unknown.stderr
    assert "c-1" in found.stdout


def test_options_may_come_before_the_text(platform: Platform, run: Run) -> None:
    platform.put(contract_event(1, "turbine"), contract_event(2, "turbine"))

    result = run("search", "--limit", "1", "--entity", "CONTRACT", "turbine", "-o", "json")

    assert [each["entity_name"] for each in json.loads(result.stdout)] == ["CONTRACT"]
    assert "there are more than 1: see --limit" in result.stderr


def test_a_word_that_is_a_command_is_found_by_for(platform: Platform, run: Run) -> None:
    platform.put(contract_event(1, "rebuild the pump"))

    result = run("search", "for", "rebuild")

    assert "c-1" in result.stdout


@pytest.mark.parametrize("command", [["search"], ["search", "for"]])
def test_several_words_are_one_query(platform: Platform, run: Run, command: list[str]) -> None:
    platform.put(*(contract_event(n, name) for n, name in enumerate(["full test", "full", "test"])))

    both = run(*command, "full", "test", "--source", "sourceB")
    one = run(*command, "--limit", "5", "full", "NOT", "test", "-o", "json")

    assert both.exit_code == 0, both.output
    assert [line.split()[1] for line in both.stdout.splitlines()[2:]] == ["c-0"]
    assert [hit["id"] for hit in json.loads(one.stdout)] == ["c-1"]


def test_the_help_names_the_text_and_how_it_is_written(run: Run) -> None:
    result = run("search", "for", "--help")

    assert "{TEXT}..." in result.stdout
    assert "pump NOT spare" in result.stdout


def test_nothing_found_is_said_on_stderr(run: Run) -> None:
    result = run("search", "turbine", "--source", "sourceB")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "Nothing in local matches: turbine\n"


def test_a_query_that_cannot_be_read_is_named_with_its_position(run: Run) -> None:
    result = run("search", "turbine AND")

    assert result.exit_code == 1
    assert "q: position 12: a word or a phrase is missing at the end" in str(result.exception)


def test_an_unknown_key_is_refused_with_what_is_needed(run: Run, checkout: Checkout) -> None:
    file = checkout.outputs_file("local")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"reader_api_key": ""}))

    result = run("search", "turbine")

    assert result.exit_code == 2
    assert "the reader's key of local is unknown: set INGEST_KEY" in result.stderr


def test_personal_text_needs_an_option(platform: Platform, run: Run) -> None:
    fields: Any = {"author": f"Ann {CANARY}", "owner": CANARY, "name": "manual"}
    platform.put(document_event("d", text_key=None, **fields))

    hidden = run("search", "manual", "-o", "json")
    shown = run("search", "manual", "--show-personal")

    assert CANARY not in hidden.output
    assert json.loads(hidden.stdout)[0]["highlights"] == [[{"text": "[hidden]", "match": False}]]
    assert CANARY in shown.stdout


def test_a_rebuild_is_started_and_awaited(
    platform: Platform, run: Run, search_session: boto3.Session
) -> None:
    platform.store(contract_event(1, "turbine"))
    calls: list[Json] = []

    def invoke(params: Json, **_: Any) -> Canned:
        calls.append(json.loads(params["body"]))
        indexer.handle(calls[-1], context(300), platform.indexer)
        return canned({"StatusCode": 202}, 202)

    session: Any = search_session._session
    with session.hooked("before-call.lambda.Invoke", invoke):
        result = run("search", "rebuild")

    assert result.exit_code == 0, result.output
    assert calls == [{"rebuild": True}]
    assert result.stderr.endswith("local: the new index has 1 entities.\n")
    assert platform.ids("turbine") == ["c-1"]


def test_an_environment_without_search_says_so(run: Run, checkout: Checkout) -> None:
    file = checkout.outputs_file("local")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"search_index_bucket": ""}))

    result = run("search", "rebuild")

    assert result.exit_code == 2
    assert result.stderr == "local has no search: deploy it again, then repeat\n"


def test_a_change_that_was_not_indexed_is_shown_and_redriven(
    platform: Platform, run: Run, tmp_path: Path
) -> None:
    platform.put(document_event("d", name="manual"))

    listed = run("dlq", "list", "--source", "search", "-o", "json")
    redriven = run("dlq", "redrive", "--source", "search")

    [found] = json.loads(listed.stdout)["letters"]
    assert found["reason"] == "text_missing"
    assert redriven.exit_code == 0, redriven.output
    assert platform.failed() == []
    url = json.loads((tmp_path / ".stack/local/outputs.json").read_text())["search_queue_url"]
    [message] = platform.sqs.receive_message(QueueUrl=url)["Messages"]
    platform.put_text("texts/sourceB/d.json", "full test")
    assert platform.index([message["Body"]]) == []
    assert platform.ids("full") == ["d"]


def test_a_change_that_was_not_delivered_is_shown_and_sent_to_the_indexer(
    platform: Platform, run: Run
) -> None:
    [change] = platform.store(contract_event(1, "turbine"))
    error: Any = {"DataType": "String", "StringValue": "AWS.SimpleQueueService.NonExistentQueue"}
    sent: Any = {"MessageGroupId": "c-1", "MessageAttributes": {"ErrorCode": error}}
    queue = platform.sqs.get_queue_url(QueueName=UNDELIVERED)["QueueUrl"]
    platform.sqs.send_message(QueueUrl=queue, MessageBody=change, **sent)

    listed = run("dlq", "list", "-o", "json", "--source", "search-undelivered")
    redriven = run("dlq", "redrive", "--source", "search-undelivered")

    [found] = json.loads(listed.stdout)["letters"]
    assert found["reason"] == "undelivered"
    assert redriven.exit_code == 0, redriven.output
    [message] = platform.sqs.receive_message(QueueUrl=platform.queue)["Messages"]
    assert message["Body"] == change


def test_a_rebuild_that_failed_is_named_with_the_command_to_repeat_it(
    platform: Platform, run: Run
) -> None:
    end = {"condition": "RetriesExhausted", "approximateInvokeCount": 3}
    error = {"errorType": "TransientFailure", "errorMessage": CANARY}
    failed = {"requestContext": end, "requestPayload": {"rebuild": True}, "responsePayload": error}
    platform.sqs.send_message(QueueUrl=platform.failures, MessageBody=json.dumps(failed))

    listed = run("dlq", "list", "--source", "search", "-o", "json")
    redriven = run("dlq", "redrive", "--source", "search")

    [found] = json.loads(listed.stdout)["letters"]
    again = "run `ingest search rebuild`, then drop this"
    assert found["reason"] == "call_failed"
    assert found["detail"] == f"a rebuild failed three times (TransientFailure): {again}"
    assert (redriven.exit_code, CANARY in listed.output + redriven.output) == (4, False)
    assert f"call_failed: requestPayload: {again}" in redriven.output
