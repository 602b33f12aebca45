import pytest

from ingestion.observability import report
from tests.factories import lines


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Terraform sets for Powertools."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Ingestion")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "api")


def test_counts_are_one_metric_line_by_source(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventAccepted": 2, "EventRejected": 1}, request_id="r-1")

    [line] = lines(capsys.readouterr().out)
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Ingestion"
    assert directive["Dimensions"] == [["source", "service"]]
    assert directive["Metrics"] == [
        {"Name": "EventAccepted", "Unit": "Count"},
        {"Name": "EventRejected", "Unit": "Count"},
    ]
    assert (line["source"], line["EventAccepted"], line["EventRejected"]) == ("sourceA", [2], [1])
    assert line["request_id"] == "r-1"


def test_what_did_not_happen_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventAccepted": 1, "EventRejected": 0}, not_taken_for=[])

    [line] = lines(capsys.readouterr().out)
    assert "EventRejected" not in line
    assert "not_taken_for" not in line


def test_nothing_counted_is_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventAccepted": 0}, request_id="r-1")

    assert capsys.readouterr().out == ""


def test_one_report_does_not_show_in_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    report("sourceA", {"EventAccepted": 1}, request_id="r-1")

    report("sourceB", {"EventRejected": 1})

    line = lines(capsys.readouterr().out)[1]
    assert (line["source"], line["EventRejected"]) == ("sourceB", [1])
    assert not {"EventAccepted", "request_id"} & set(line)
