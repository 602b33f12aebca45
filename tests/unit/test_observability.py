import time

import pytest

from ingestion.observability import report, say
from tests import emf
from tests.factories import lines


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Terraform sets."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "ingestion-test")


def test_a_count_is_a_metric_of_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    before = int(time.time() * 1000)

    report("sourceA", {"EventNotTaken": 2, "PublishRetried": 1}, request_id="r-1")

    [line] = lines(capsys.readouterr().out)
    emf.check(line)
    assert before <= line.pop("_aws")["Timestamp"] <= time.time() * 1000
    assert line == {
        "source": "sourceA",
        "EventNotTaken": 2,
        "PublishRetried": 1,
        "request_id": "r-1",
    }


def test_what_has_an_entity_and_what_has_a_reason_share_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report(
        "sourceA",
        {"RecordRetried": 1},
        by_entity={"EQUIPMENT": {"EventStored": 2, "LagFromReceipt": [40, 50]}},
        by_reason={"invalid_entity": {"EventDeadLettered": 3}},
        milliseconds=1_769_860_800_123,
    )

    [line] = lines(capsys.readouterr().out)
    emf.check(line)
    count = {"Unit": "Count"}
    lag = {"Name": "LagFromReceipt", "Unit": "Milliseconds"}
    assert line["_aws"] == {
        "Timestamp": 1_769_860_800_123,
        "CloudWatchMetrics": [
            {
                "Namespace": "ingestion-test",
                "Dimensions": [["source"]],
                "Metrics": [{"Name": "RecordRetried", **count}],
            },
            {
                "Namespace": "ingestion-test",
                "Dimensions": [["source"], ["source", "entity"]],
                "Metrics": [{"Name": "EventStored", **count}, lag],
            },
            {
                "Namespace": "ingestion-test",
                "Dimensions": [["source"], ["source", "reason"]],
                "Metrics": [{"Name": "EventDeadLettered", **count}],
            },
        ],
    }
    assert (line["EventStored"], line["LagFromReceipt"]) == (2, [40, 50])


def test_further_entities_and_reasons_take_further_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report(
        "sourceA",
        {"EventNotTaken": 1},
        by_entity={"EQUIPMENT": {"EventAccepted": 2}, "CONTRACT": {"EventAccepted": 3}},
        by_reason={name: {"EventRejected": 1} for name in ("invalid_event", "too_large", "other")},
        request_id="r-1",
    )

    found = lines(capsys.readouterr().out)
    assert [line["request_id"] for line in found] == ["r-1"] * 3
    assert emf.published(found) == {
        ("EventNotTaken", "sourceA"): 1,
        ("EventAccepted", "sourceA"): 5,
        ("EventAccepted", "sourceA", "EQUIPMENT"): 2,
        ("EventAccepted", "sourceA", "CONTRACT"): 3,
        ("EventRejected", "sourceA"): 3,
        ("EventRejected", "sourceA", "invalid_event"): 1,
        ("EventRejected", "sourceA", "too_large"): 1,
        ("EventRejected", "sourceA", "other"): 1,
    }


def test_what_did_not_happen_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    report(
        "sourceA",
        {"EventNotTaken": 0},
        by_entity={"EQUIPMENT": {"EventAccepted": 1}},
        by_reason={"too_large": {"EventRejected": 0}},
        not_taken_for=[],
    )

    [line] = lines(capsys.readouterr().out)
    assert set(line) == {"_aws", "source", "entity", "EventAccepted"}
    assert len(line["_aws"]["CloudWatchMetrics"]) == 1


def test_a_lag_of_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {}, by_entity={"EQUIPMENT": {"EventStored": 1, "LagFromReceipt": [0]}})

    [line] = lines(capsys.readouterr().out)
    emf.check(line)
    assert line["LagFromReceipt"] == [0]


def test_nothing_counted_is_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventNotTaken": 0}, request_id="r-1")

    assert capsys.readouterr().out == ""


def test_one_report_does_not_show_in_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventNotTaken": 1}, request_id="r-1")

    report("sourceB", {"RecordRetried": 1})

    line = lines(capsys.readouterr().out)[1]
    assert set(line) == {"_aws", "source", "RecordRetried"}


def test_a_line_of_keys_has_no_metric(capsys: pytest.CaptureFixture[str]) -> None:
    say(request_id="r-1", refused=415, source="")

    assert capsys.readouterr().out == '{"request_id":"r-1","refused":415}\n'
