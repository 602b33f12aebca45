"""`ingest status` on moto, with metrics from CloudWatch as on AWS."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.status.metrics.series import metric_namespace
from ingestion.cli.status.parts import parts_of
from tests.integration.cloud import SOURCES, Cloud
from tests.integration.commands.output import document
from tests.integration.conftest import Ingest, See
from tests.integration.status.measured import platform, put_metric
from tests.integration.status.shown import part, problems
from tests.support.terraform.planned import Plan

DAY = 86_400
SORTED = [*sorted(SOURCES[:-1]), SOURCES[-1]]  # The operator comes last.
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def test_the_namespace_is_that_of_the_functions(deployment: Deployment, planned: Plan) -> None:
    assert metric_namespace(deployment) == platform(planned)[0]


@pytest.mark.usefixtures("mapped")
def test_an_idle_environment_needs_no_attention(run: Ingest, cloud: Cloud) -> None:
    shown = document(run("status", "-o", "json"))

    subscribers = [f"subscriber {name}" for name in cloud.outputs["subscriber_queue_arns"]]
    assert [each["name"] for each in shown["parts"]] == [
        *(*SORTED, "unrouted", "files", "changes", "search", "search-undelivered", *subscribers),
    ]
    # Only the sources' queues have mappings here.
    unmapped = ["search", *subscribers]
    assert [found for found in problems(shown) if found[0] not in unmapped] == []
    assert part(shown, "sourceB")["depth"] == 0


@pytest.mark.usefixtures("mapped")
def test_metrics_of_a_source_come_from_cloudwatch(run: Ingest, planned: Plan) -> None:
    ours = platform(planned)
    put_metric(ours, "EventAccepted", "sourceB", 7, minutes_ago=3)
    put_metric(ours, "LagFromReceipt", "sourceB", 1500)
    put_metric(ours, "LagFromReceipt", "sourceB", 800)
    put_metric(ours, "FileRefused", "sourceB", 2, minutes_ago=300)
    put_metric(ours, "FileRefused", "sourceB", 5, minutes_ago=3 * DAY / 60)
    put_metric(ours, "EventAccepted", "sourceC", 7, minutes_ago=3 * DAY / 60)

    shown = document(run("status", "-o", "json"))

    found = part(shown, "sourceB")
    ago = datetime.now(UTC) - datetime.fromisoformat(found["last_event_at"])
    earlier = datetime.now(UTC) - datetime.fromisoformat(part(shown, "sourceC")["last_event_at"])
    assert timedelta(minutes=3) <= ago < timedelta(minutes=6)
    assert timedelta(days=3) <= earlier < timedelta(days=3, hours=2)
    assert (found["lag_seconds"], found["refused_files"]) == (1.5, 2)
    assert ("sourceB", "files_refused") in problems(shown)


def test_the_planned_function_of_a_subscriber_has_the_name_of_its_queue(
    deployment: Deployment, planned: Plan
) -> None:
    functions = {function.name for function in planned.functions}
    found = {part.function for part in parts_of(deployment) if part.function}

    assert found <= functions
    assert len(found) > len(SOURCES) + 1


def test_each_shown_name_selects_its_part(run: Ingest) -> None:
    names = [each["name"] for each in document(run("status", "-o", "json"))["parts"]]
    selected = [word for name in names for word in ("--source", name)]

    one = document(run("status", "--source", names[-1], "-o", "json"))

    assert names[-1].startswith("subscriber ")
    assert [each["name"] for each in one["parts"]] == names[-1:]
    assert len(document(run("status", *selected, "-o", "json"))["parts"]) == len(names)


def test_an_unknown_source_is_refused(run: Ingest) -> None:
    result = run("status", "--source", "sorceB")

    assert result.exit_code == 2
    assert "local has no source 'sorceB'" in result.stderr


@pytest.mark.usefixtures("mapped")
@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_shows_one_table_of_its_width(see: See, columns: int) -> None:
    shown = see("status", columns=columns)

    lines = [COLOURS.sub("", line) for line in shown.lines]
    table = lines[: lines.index("")]
    assert shown.exit_code == 0
    assert max(map(len, table)) <= columns
    texts = [line for line in lines if not line.startswith("  Next: ")]
    assert "- subscriber" in shown.text
    assert max(map(len, texts)) <= columns
    assert [name for line in table if (name := line.split()[0]) in SORTED] == SORTED
