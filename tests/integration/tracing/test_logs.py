"""`ingest logs` prints the lines of the functions, of one function or of one source."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import of_functions
from ingestion.cli.logs.read import LogReader
from ingestion.syntax.times import timestamp
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.tracing.conftest import Log
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error, intercept
from tests.support.factories import CANARY, Json, contract, event, submission
from tests.support.invocations import REQUEST_ID


def printed(result: Any) -> list[Json]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def fail_once(cloud: Cloud, log: Log) -> None:
    """Fail the first attempt of an event, and put the worker's lines into its log."""
    cloud.pause(60)
    intercept(
        cloud.worker_runtime.store.dynamodb,
        "PutItem",
        lambda _: aws_error("InternalServerError", 500),
    )
    cloud.work(event(contract(contract_name=CANARY), id="7"))
    log("worker sourceB")


def test_a_line_shows_time_function_level_message_and_keys(
    cloud: Cloud, run: Ingest, log: Log
) -> None:
    fail_once(cloud, log)

    result = run("logs")

    failed, counted = (line.split(maxsplit=5) for line in result.stdout.splitlines())
    assert failed[0].endswith("Z")
    assert failed[1:5] == ["worker", "sourceB", "WARNING", "record_failed"]
    assert 'error="TransientFailure InternalServerError at' in failed[5]
    assert "event_id=7" in failed[5]
    assert "entity_key=CONTRACT#c-1 " in failed[5] + " "
    assert "attempt=1" in failed[5]
    assert counted[3:5] == ["INFO", "metrics"]
    assert counted[5] == "source=sourceB RecordRetried=1"
    assert CANARY not in result.stdout


def test_json_holds_the_same_for_programs(cloud: Cloud, run: Ingest, log: Log) -> None:
    fail_once(cloud, log)

    [line, _] = printed(run("logs", "-o", "json"))

    assert line.keys() == {"time", "function", "level", "message", "keys"}
    assert line["keys"]["event_id"] == "7"
    assert line["keys"]["attempt"] == 1


def test_a_source_has_the_lines_of_its_worker_and_those_that_name_it(
    cloud: Cloud, run: Ingest, log: Log
) -> None:
    cloud.post(submission(), source=None)
    cloud.post(submission(), "a", source=None)
    log("api")
    log("worker sourceB", '{"level": "WARNING", "message": "mine"}')
    log("worker sourceA", '{"level": "WARNING", "message": "of another source"}')
    log("query", '{"level": "INFO", "message": "of a reader"}')

    found = printed(run("logs", "--source", "sourceB", "-o", "json"))

    assert sorted((line["function"], line["message"]) for line in found) == [
        ("api", "request_refused"),
        ("worker sourceB", "mine"),
    ]


@pytest.mark.parametrize("function", ["query", "worker sourceA", "delivery billing"])
def test_a_function_has_its_own_lines_only(run: Ingest, log: Log, function: str) -> None:
    for name in ("query", "worker sourceA", "delivery billing"):
        log(name, json.dumps({"message": name}))

    found = printed(run("logs", "--function", function, "-o", "json"))

    assert [line["message"] for line in found] == [function]


def test_a_function_has_its_name_in_lambda_too(
    run: Ingest, log: Log, deployment: Deployment
) -> None:
    log("query", '{"message": "mine"}')
    log("api", '{"message": "of another function"}')
    own_name = deployment.function_names["query"]

    found = printed(run("logs", "--function", own_name, "-o", "json"))

    assert [line["message"] for line in found] == ["mine"]


def test_lines_of_all_functions_are_ordered_by_time(run: Ingest, log: Log) -> None:
    for age, name in ((1, "query"), (3, "api"), (2, "worker sourceA")):
        log(name, '{"message": "any"}', age_seconds=age)

    found = printed(run("logs", "-o", "json"))

    assert [line["function"] for line in found] == ["api", "worker sourceA", "query"]


def test_lines_before_the_time_are_left_out(run: Ingest, log: Log) -> None:
    log("api", '{"message": "old"}', age_seconds=700)
    log("api", '{"message": "new"}', age_seconds=500)

    short, long = (printed(run("logs", "-o", "json", *since)) for since in ([], ["--since", "1h"]))

    assert [line["message"] for line in short] == ["new"]
    assert [line["message"] for line in long] == ["old", "new"]


def test_a_text_shows_its_first_line_and_lambdas_own_lines_are_left_out(
    run: Ingest, log: Log
) -> None:
    crash = "[ERROR] UnexpectedError: KeyError at store/table.py:71\nTraceback (most recent\x1b[1m"
    log("api", "START RequestId: 1 Version: 1", crash, "END RequestId: 1", "REPORT RequestId: 1")

    result = run("logs")

    [line] = result.stdout.splitlines()
    assert line.endswith("api  ERROR  [ERROR] UnexpectedError: KeyError at store/table.py:71")


def test_no_text_of_a_line_controls_the_terminal(run: Ingest, log: Log) -> None:
    log("api", json.dumps({"message": "m", "path": "\x1b[31mred"}), "\x1b[2Jtext")

    assert "\x1b" not in run("logs").stdout + run("logs", "-o", "json").stdout


def test_cloudwatch_selects_by_source_and_time(
    run: Ingest, log: Log, session: RecordingSession
) -> None:
    log("api", '{"message": "any"}')
    calls: list[Any] = []

    with session.hooked(
        "provide-client-params.logs.FilterLogEvents", lambda params, **_: calls.append(params)
    ):
        run("logs", "--source", "sourceB")

    patterns = {call["logGroupName"].rpartition("-")[2]: call["filterPattern"] for call in calls}
    assert patterns["worker"] == ""
    assert patterns["api"] == '{ $.source = "sourceB" }'
    assert all(call["startTime"] for call in calls)


def test_following_yields_each_line_once(deployment: Deployment, log: Log) -> None:
    reader = LogReader(deployment, of_functions(deployment, ["api", "query"]), poll_seconds=0)
    log("api", '{"message": "before"}')
    lines = reader.follow(0)

    first = next(lines)
    log("query", '{"message": "after"}')
    second = next(lines)

    assert [first.message, second.message] == ["before", "after"]


def test_a_line_of_counts_has_sums_and_the_longest_lag(cloud: Cloud, run: Ingest, log: Log) -> None:
    times = (datetime.now(UTC) - timedelta(minutes=age) for age in (5, 1))
    cloud.work(
        *(
            event(contract(f"c-{n}"), id=str(n), time=timestamp(at), receivedat=timestamp(at))
            for n, at in enumerate(times)
        )
    )
    log("worker sourceB")

    [line] = printed(run("logs", "-o", "json"))

    assert (line["message"], line["keys"]["EventStored"]) == ("metrics", 2)
    assert 300_000 <= line["keys"]["LagFromReceipt"] < 360_000


def test_a_request_has_its_id_in_its_line(cloud: Cloud, run: Ingest, log: Log) -> None:
    cloud.post(submission())
    log("api")

    assert f"request_id={REQUEST_ID}" in run("logs", "--function", "api").stdout
