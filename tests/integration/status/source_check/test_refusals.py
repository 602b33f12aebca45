"""`ingest source check` on moto counts what was refused, and says what to do about each reason."""

import json

import pytest

from infra.tools.paths import ROOT
from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from ingestion.cli.sources.check.gateway_refusals import access_log_of
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.status.measured import platform, put_metric
from tests.integration.status.source_check.conftest import Check, Deploy, finding, problems
from tests.integration.status.source_check.lines import access_line
from tests.integration.status.test_findings import log_lines, send
from tests.support.factories import submission
from tests.support.terraform.planned import Plan

pytestmark = pytest.mark.usefixtures("mapped")


@pytest.fixture(autouse=True)
def _deployed(deploy: Deploy) -> None:
    deploy()


def test_refused_requests_are_counted_by_status(
    check: Check, cloud: Cloud, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cloud.post(submission(), source="sourceA").status == 403
    assert cloud.post("no JSON", content_type="text/plain").status == 415
    assert cloud.post("no JSON", "a", source="sourceA", content_type="text/plain").status == 415
    lines = [line for line in capsys.readouterr().out.splitlines() if "request_refused" in line]
    log_lines(log_group_of(deployment.function_names["api"]), *lines)

    shown = check()

    texts = {f["text"] for f in shown["findings"] if f["problem"] == "requests_refused"}
    assert shown["refusals"]["requests"] == {"403": 1, "415": 1}
    assert texts == {
        "1 request was refused with 403 (wrong or missing credentials). Let the sender use the"
        " credential of this source.",
        "1 request was refused with 415 (Unsupported Media Type). Compare the Content-Type with"
        " docs/payloads.md.",
    }


def test_rejected_and_dead_lettered_events_are_counted_by_reason(
    check: Check, cloud: Cloud, planned: Plan, deployment: Deployment
) -> None:
    ours = platform(planned)
    for reason, count in (("", 5), ("invalid_entity", 3), ("too_large", 1)):
        put_metric(ours, "EventRejected", "sourceB", count, reason=reason)
    for reason in ("", "not_storable"):
        put_metric(ours, "EventDeadLettered", "sourceB", 2, reason=reason)
    put_metric(ours, "EventRejected", "sourceC", 9, reason="invalid_entity")
    put_metric(ours, "RowRejected", "sourceB", 4)
    put_metric(ours, "ColumnMissing", "sourceB", 1)
    send(cloud, deployment.dead_letter_queue_urls["sourceB"])

    shown = check()

    found = shown["refusals"]
    assert found["events"] == {"invalid_entity": 3, "too_large": 1, "other": 1}
    assert found["dead_lettered"] == {"not_storable": 2}
    assert (found["rows"], found["missing_columns"], found["dead_letters_waiting"]) == (4, 1, 1)
    rejected = [f for f in shown["findings"] if f["problem"] == "events_rejected"]
    assert rejected[0]["text"] == (
        "3 events were rejected: invalid_entity. The response names the field and what would be"
        " right."
    )
    assert rejected[0]["command"] == "ingest schema CONTRACT"
    assert finding(shown, "rows_rejected")["command"] == "ingest files list --source sourceB"
    missing = finding(shown, "columns_missing")
    assert missing["command"] == "ingest files list --source sourceB"
    assert missing["text"] == (
        "1 column was missing in uploaded files, so fields have no value: the report of each file"
        " names the columns. Correct the rules or the files."
    )
    assert finding(shown, "dead_letters")["command"] == "ingest dlq list --source sourceB"


def test_quarantined_requests_need_attention_only_while_dead_letters_wait(
    check: Check, cloud: Cloud, planned: Plan, deployment: Deployment
) -> None:
    for reason in ("", "unmatched"):
        put_metric(platform(planned), "RequestQuarantined", "sourceB", 1, reason=reason)

    redriven = check()
    send(cloud, deployment.dead_letter_queue_urls["sourceB"])
    waiting = check()

    assert redriven["refusals"]["quarantined"] == {"unmatched": 1}
    assert ("refusals", "requests_quarantined") not in problems(redriven)
    found = finding(waiting, "requests_quarantined")
    assert found["text"].startswith("1 request was quarantined: unmatched. Correct the rules")
    assert found["command"] == "ingest dlq list --source sourceB --reason quarantined"


def test_what_api_gateway_refuses_is_counted_if_there_is_an_access_log(
    check: Check, run: Ingest, deployment: Deployment
) -> None:
    without = check()
    text_without = run("source", "check", "sourceB").stdout
    log_lines(
        access_log_of(deployment),
        *(access_line(403), access_line(403), access_line(429)),
        *(access_line(403, route="/a"), access_line(202, integration_state="200")),
    )

    shown = check()
    text = run("source", "check", "sourceB").stdout

    assert without["refusals"]["gateway"] is None
    note = "Not known: what API Gateway itself refuses, because there is no access log."
    assert f"  {note}\n" in text_without
    assert shown["refusals"]["gateway"] == {"403": 2, "429": 1}
    found = [each for each in shown["findings"] if each["problem"] == "gateway_refused"]
    assert [each["text"].partition(".")[0] for each in found] == [
        "2 requests were refused by API Gateway with 403 (wrong or missing credentials)",
        "1 request was refused by API Gateway with 429 (Too Many Requests)",
    ]
    assert found[0]["command"] == "aws logs tail /ingestion-test/api-access --since 1h"
    assert note not in text


def test_the_access_log_has_the_name_and_the_fields_that_terraform_gives_it(
    deployment: Deployment,
) -> None:
    module = (ROOT / "infra" / "modules" / "api" / "main.tf").read_text()

    assert access_log_of(deployment) == "/ingestion-test/api-access"
    assert '"/${var.context.name}/api-access"' in module
    for name in json.loads(access_line(403)):
        assert f"    {name} " in module
