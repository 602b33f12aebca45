import time

import pytest

from ingestion.telemetry.metrics import Values, print_metrics
from tests.support.factories import lines
from tests.support.logs import emf


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables that Terraform sets."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "ingestion-test")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "ingestion-test-api")


def test_a_count_is_published_as_a_metric_of_its_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = int(time.time() * 1000)

    print_metrics(
        "sourceA", {"EventNotTaken": 2, "PublishRetried": 0}, request_id="r-1", refused=""
    )

    [line] = lines(capsys.readouterr().out)
    emf.check(line)
    timestamp = line["_aws"].pop("Timestamp")
    assert before <= timestamp <= time.time() * 1000
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


def test_each_entity_and_each_reason_has_its_own_line_with_the_context(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_metrics(
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


def test_a_metric_of_all_sources_is_counted_for_its_source_and_in_a_sum_without_dimensions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for source in ("sourceA", "sourceB"):
        print_metrics(
            source, {"FileExtracted": 1}, of_all_sources={"FileRefused": 1}, refused="not_text"
        )

    found = lines(capsys.readouterr().out)
    assert [line["refused"] for line in found if "FileRefused" in line] == ["not_text"] * 2
    assert emf.published(found) == {
        ("FileExtracted", "sourceA"): 1,
        ("FileExtracted", "sourceB"): 1,
        ("FileRefused", "sourceA"): 1,
        ("FileRefused", "sourceB"): 1,
        ("FileRefused",): 2,
    }


def test_a_source_with_one_entity_has_no_metric_by_entity(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_metrics("sourceA", {}, by_entity={"EQUIPMENT": {"EventStored": 2}}, has_one_entity=True)

    assert emf.series(lines(capsys.readouterr().out)) == {("EventStored", "source")}


def test_lags_are_published_in_milliseconds_including_zero(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lags: Values = {"EventStored": 2, "LagFromReceipt": [40, 0], "LagFromEvent": []}

    print_metrics("sourceA", {}, by_entity={"EQUIPMENT": lags}, has_one_entity=True)

    [line] = lines(capsys.readouterr().out)
    assert [(datum.metric, datum.unit, datum.value) for datum in emf.data(line)] == [
        ("EventStored", "Count", 2),
        ("LagFromReceipt", "Milliseconds", 40),
        ("LagFromReceipt", "Milliseconds", 0),
    ]


def test_counts_of_zero_are_not_published(capsys: pytest.CaptureFixture[str]) -> None:
    print_metrics("sourceA", {"EventNotTaken": 0}, request_id="r-1")

    assert capsys.readouterr().out == ""


def test_a_report_holds_nothing_of_the_previous_report(capsys: pytest.CaptureFixture[str]) -> None:
    print_metrics("sourceA", {"EventNotTaken": 1}, request_id="r-1")

    print_metrics("sourceB", {"RecordRetried": 1})

    line = lines(capsys.readouterr().out)[1]
    del line["_aws"]
    assert line == {"source": "sourceB", "RecordRetried": [1]}
