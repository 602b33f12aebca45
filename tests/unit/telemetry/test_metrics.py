import time

import pytest

from ingestion.telemetry.metrics import report, say
from tests.support import emf
from tests.support.factories import lines


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Terraform sets."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "ingestion-test")


def test_a_count_is_a_number_of_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventNotTaken": 2, "PublishRetried": 1}, request_id="r-1")

    assert capsys.readouterr().out == (
        '{"source":"sourceA","EventNotTaken":2,"PublishRetried":1,"request_id":"r-1"}\n'
    )


def test_what_has_an_entity_and_what_has_a_reason_share_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report(
        "sourceA",
        {"RecordRetried": 1},
        by_entity={"EQUIPMENT": {"EventStored": 1, "LagFromReceipt": [40]}},
        by_reason={"invalid_entity": {"EventDeadLettered": 3}},
    )

    assert lines(capsys.readouterr().out) == [
        {
            "source": "sourceA",
            "entity": "EQUIPMENT",
            "reason": "invalid_entity",
            "RecordRetried": 1,
            "EventStored": 1,
            "LagFromReceipt": 40,
            "EventDeadLettered": 3,
        }
    ]


def test_several_values_of_a_metric_are_emf_and_the_others_are_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = int(time.time() * 1000)

    report(
        "sourceA",
        {},
        by_entity={"EQUIPMENT": {"EventStored": 2, "LagFromReceipt": [40, 0], "LagFromEvent": [9]}},
        request_ids=["r-1"],
    )

    [line] = lines(capsys.readouterr().out)
    emf.check(line)
    assert before <= line["_aws"].pop("Timestamp") <= time.time() * 1000
    assert line == {
        "source": "sourceA",
        "entity": "EQUIPMENT",
        "EventStored": 2,
        "LagFromReceipt": [40, 0],
        "LagFromEvent": 9,
        "request_ids": ["r-1"],
        "_aws": {
            "CloudWatchMetrics": [
                {
                    "Namespace": "ingestion-test",
                    "Dimensions": [["source"], ["source", "entity"]],
                    "Metrics": [{"Name": "LagFromReceipt", "Unit": "Milliseconds"}],
                }
            ],
        },
    }


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

    of_it = {"source": "sourceA", "EventRejected": 1, "request_id": "r-1"}
    assert lines(capsys.readouterr().out) == [
        of_it
        | {
            "EventNotTaken": 1,
            "entity": "EQUIPMENT",
            "EventAccepted": 2,
            "reason": "invalid_event",
        },
        of_it | {"entity": "CONTRACT", "EventAccepted": 3, "reason": "too_large"},
        of_it | {"reason": "other"},
    ]


def test_what_did_not_happen_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    report(
        "sourceA",
        {"EventNotTaken": 0},
        by_entity={"EQUIPMENT": {"EventAccepted": 1}},
        by_reason={"too_large": {"EventRejected": 0}},
        not_taken_for=[],
    )

    [line] = lines(capsys.readouterr().out)
    assert line == {"source": "sourceA", "entity": "EQUIPMENT", "EventAccepted": 1}


def test_a_lag_of_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {}, by_entity={"EQUIPMENT": {"EventStored": 1, "LagFromReceipt": [0]}})

    [line] = lines(capsys.readouterr().out)
    assert line["LagFromReceipt"] == 0


def test_nothing_counted_is_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventNotTaken": 0}, request_id="r-1")

    assert capsys.readouterr().out == ""


def test_one_report_does_not_show_in_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventNotTaken": 1}, request_id="r-1")

    report("sourceB", {"RecordRetried": 1})

    line = lines(capsys.readouterr().out)[1]
    assert line == {"source": "sourceB", "RecordRetried": 1}


def test_a_line_of_keys_has_no_metric(capsys: pytest.CaptureFixture[str]) -> None:
    say(request_id="r-1", refused=415, source="")

    assert capsys.readouterr().out == '{"request_id":"r-1","refused":415}\n'
