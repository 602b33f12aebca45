import time

import pytest

from ingestion.telemetry.metrics import Values, report
from tests.support import emf
from tests.support.factories import lines


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Terraform sets."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "ingestion-test")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "ingestion-test-api")


def test_a_count_is_a_metric_of_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    before = int(time.time() * 1000)

    report("sourceA", {"EventNotTaken": 2, "PublishRetried": 0}, request_id="r-1", refused="")

    [line] = lines(capsys.readouterr().out)
    emf.check(line)
    assert before <= line["_aws"].pop("Timestamp") <= time.time() * 1000
    assert line == {
        "_aws": {
            "CloudWatchMetrics": [
                {
                    "Namespace": "ingestion-test",
                    "Dimensions": [["source"]],
                    "Metrics": [{"Name": "EventNotTaken", "Unit": "Count"}],
                }
            ],
        },
        "source": "sourceA",
        "request_id": "r-1",
        "EventNotTaken": [2],
    }


def test_each_entity_and_each_reason_has_a_line_with_the_context(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report(
        "sourceA",
        {"RecordRetried": 1},
        by_entity={"EQUIPMENT": {"EventStored": 2}, "CONTRACT": {"EventStored": 3}},
        by_reason={"too_large": {"EventDeadLettered": 4}, "other": {"EventDeadLettered": 0}},
        request_id="r-1",
    )

    found = lines(capsys.readouterr().out)
    assert [line["request_id"] for line in found] == ["r-1"] * 4
    assert emf.published(found) == {
        ("RecordRetried", "sourceA"): 1,
        ("EventStored", "sourceA"): 5,
        ("EventStored", "sourceA", "EQUIPMENT"): 2,
        ("EventStored", "sourceA", "CONTRACT"): 3,
        ("EventDeadLettered", "sourceA"): 4,
        ("EventDeadLettered", "sourceA", "too_large"): 4,
    }


def test_a_source_with_one_entity_has_no_metric_by_entity(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report("sourceA", {}, by_entity={"EQUIPMENT": {"EventStored": 2}}, has_one_entity=True)

    assert emf.series(lines(capsys.readouterr().out)) == {("EventStored", "source")}


def test_lags_are_milliseconds_and_a_lag_of_zero_is_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lags: Values = {"EventStored": 2, "LagFromReceipt": [40, 0], "LagFromEvent": []}

    report("sourceA", {}, by_entity={"EQUIPMENT": lags}, has_one_entity=True)

    [line] = lines(capsys.readouterr().out)
    assert [(it.metric, it.unit, it.value) for it in emf.data(line)] == [
        ("EventStored", "Count", 2),
        ("LagFromReceipt", "Milliseconds", 40),
        ("LagFromReceipt", "Milliseconds", 0),
    ]


def test_nothing_counted_is_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventNotTaken": 0}, request_id="r-1")

    assert capsys.readouterr().out == ""


def test_one_report_does_not_show_in_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventNotTaken": 1}, request_id="r-1")

    report("sourceB", {"RecordRetried": 1})

    line = lines(capsys.readouterr().out)[1]
    del line["_aws"]
    assert line == {"source": "sourceB", "RecordRetried": [1]}
