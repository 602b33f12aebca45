"""The alarms and the dashboard in a plan of the whole platform."""

import json
import re
import shlex
from collections import defaultdict
from typing import Any

import pytest
from typer.main import get_command

from infra.tools.paths import ROOT
from ingestion.cli.dlq import commands as dlq
from tests.support.emf import RUNBOOK, documented
from tests.tools.watching import Plan, metrics_of, rings

NAME = "ingestion-test"
SOURCES = ("sourceA", "sourceB", "sourceC", "sourceD")
SOURCE_CONCERNS = {
    *("dead-letters-wait", "dead-letters-expire", "messages-wait"),
    *("ledger-does-not-balance", "accepted-events-do-not-arrive"),
    *("worker-function-fails", "worker-function-throttled"),
    *("files-refused", "files-unbalanced"),
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return Plan.made(tmp_path_factory.mktemp("terraform") / "data")


@pytest.fixture(scope="module")
def alarms(plan: Plan) -> list[dict[str, Any]]:
    return plan.all("aws_cloudwatch_metric_alarm")


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def alarm_sections() -> list[str]:
    [_, *after] = re.split(r"^## Alarms$", RUNBOOK.read_text(), flags=re.MULTILINE)
    own = re.split(r"^## ", after[0], flags=re.MULTILINE)[0]
    return [anchor(heading) for heading in re.findall(r"^### (.+)$", own, flags=re.MULTILINE)]


def links(alarms: list[dict[str, Any]]) -> set[str]:
    return {alarm["alarm_description"].rpartition("docs/operations.md#")[2] for alarm in alarms}


def test_every_alarm_links_to_its_section_and_every_section_has_an_alarm(
    alarms: list[dict[str, Any]],
) -> None:
    assert sorted(alarm_sections()) == sorted(links(alarms))


def cost(alarms: list[dict[str, Any]]) -> float:
    """Return dollars per month: ten cents for each metric that an alarm reads."""
    return sum(len(list(metrics_of(alarm))) or 1 for alarm in alarms) / 10


def test_alarms_cost_what_the_runbook_says(alarms: list[dict[str, Any]]) -> None:
    said = re.findall(r"\$(\d+\.\d\d)", RUNBOOK.read_text())
    subjects = (*SOURCES, "billing-subscriber", "web-subscriber")
    of = {
        subject: [alarm for alarm in alarms if alarm["alarm_name"].startswith(f"{NAME}-{subject}-")]
        for subject in subjects
    }
    shared = [alarm for alarm in alarms if not any(alarm in own for own in of.values())]

    costs = [
        *(cost(of["sourceA"]), cost(of["sourceD"]) - cost(of["sourceA"]), cost(shared)),
        cost(shared) + 3 * cost(of["sourceA"]),
        *(cost(of["billing-subscriber"]), cost(of["web-subscriber"])),
    ]

    assert [round(amount, 2) for amount in costs] == [float(price) for price in said[1:7]]


def exists(command: str) -> bool:
    """Return whether a command is one of `ingest dlq`, of the Makefile or of the AWS CLI."""
    program, *words = shlex.split(command)
    if program == "make":
        return f"\n{words[0]}: " in (ROOT / "Makefile").read_text()
    if program == ".venv/bin/ingest":
        known = get_command(dlq.app).commands[words[1]].params  # type: ignore[attr-defined]
        options = {option for parameter in known for option in parameter.opts}
        return words[0] == "dlq" and {word for word in words if word.startswith("--")} <= options
    return program == "aws"


def test_an_alarm_says_what_happened_and_which_command_to_run_first(
    alarms: list[dict[str, Any]],
) -> None:
    for alarm in alarms:
        parts = re.fullmatch(
            r"(?:[A-Za-z-]+: )?[A-Za-z].+\. Run first: `(.+)` Runbook: \S+",
            alarm["alarm_description"],
        )

        assert parts, alarm["alarm_description"]
        assert exists(parts[1]), parts[1]
        assert len(alarm["alarm_description"]) <= 1024
        assert len(alarm["alarm_name"]) <= 255


def test_a_newly_added_source_has_the_alarms_of_every_other(alarms: list[dict[str, Any]]) -> None:
    names = {alarm["alarm_name"] for alarm in alarms}

    for source in SOURCES:
        prefix = f"{NAME}-{source}-"
        found = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
        expected = {"source-silent"} if source == "sourceD" else set()
        assert found == SOURCE_CONCERNS | expected


def test_alarms_are_within_cloudwatchs_limits(alarms: list[dict[str, Any]]) -> None:
    for alarm in alarms:
        queries = alarm["metric_query"]
        metrics = [metric for _, metric in metrics_of(alarm)]
        [period] = {metric["period"] for metric in metrics} or {alarm["period"]}

        assert len(metrics) <= 10
        assert len(queries) - len(metrics) <= 10
        assert not any("SEARCH" in (query["expression"] or "") for query in queries)
        assert all(re.fullmatch(r"[a-z][a-zA-Z0-9_]*", query["id"]) for query in queries)
        assert period % 60 == 0
        longest = 7 * 86_400 if period >= 3600 else 86_400
        assert period * alarm["evaluation_periods"] <= longest
        assert alarm["datapoints_to_alarm"] <= alarm["evaluation_periods"]
        assert len(alarm["alarm_actions"]) <= 5


def resources_of(plan: Plan) -> dict[str, set[str]]:
    """Return the names of existing resources, by the dimension that names them."""
    return {
        "QueueName": plan.names("aws_sqs_queue"),
        "FunctionName": plan.names("aws_lambda_function", "function_name"),
        "TopicName": plan.names("aws_sns_topic"),
        "TableName": plan.names("aws_dynamodb_table"),
        "ApiName": plan.names("aws_api_gateway_rest_api"),
        "Stage": plan.names("aws_api_gateway_stage", "stage_name"),
        "source": {*SOURCES, "operator"},
        "reason": {"moved_by_queue"},
        "entity": {path.stem.upper() for path in (ROOT / "entities").glob("*.py")},
        "Operation": {"PutItem", "GetItem", "BatchGetItem", "Query"},
        "GlobalSecondaryIndexName": {
            index["name"]
            for table in plan.all("aws_dynamodb_table")
            for index in table["global_secondary_index"]
        },
    }


def test_alarms_watch_existing_resources(plan: Plan, alarms: list[dict[str, Any]]) -> None:
    there_is = resources_of(plan)
    there_is["source"].add("files")  # Counts uploads into folders that belong to no source.

    for alarm in alarms:
        for metric in [metric for _, metric in metrics_of(alarm)] or [alarm]:
            for name, value in metric["dimensions"].items():
                assert value in there_is[name], alarm["alarm_name"]


def test_every_queue_and_every_function_is_watched(
    plan: Plan, alarms: list[dict[str, Any]]
) -> None:
    watched = {value for alarm in alarms for value in (alarm["dimensions"] or {}).values()}

    assert plan.names("aws_sqs_queue") <= watched
    assert plan.names("aws_lambda_function", "function_name") <= watched
    # The other alarms are published to the alarms' own topic.
    assert plan.names("aws_sns_topic") - watched == {f"{NAME}-alarms"}


def minutes(*spans: tuple[int, int, float]) -> dict[int, float]:
    """Return so many in each minute from the first to before the last."""
    found: defaultdict[int, float] = defaultdict(float)
    for first, last, each in spans:
        for minute in range(first, last):
            found[minute] += each
    return dict(found)


STEADY = (60, 180, 5)
BALANCED = {
    "EventAccepted": minutes(STEADY),
    "NumberOfMessagesSent": minutes(STEADY),
    "NumberOfMessagesDeleted": minutes(STEADY),
    "EventStored": minutes((60, 180, 3)),
    "EventSuperseded": minutes((60, 180, 1)),
    "EventDuplicated": minutes((60, 120, 1)),
    "EventDeadLettered": minutes((120, 180, 1)),
}
NOTHING: dict[str, dict[int, float]] = {name: {} for name in BALANCED}
UNTIL = 300


@pytest.mark.parametrize(
    ("what", "ledger", "arrivals"),
    [
        pytest.param({}, False, False, id="balanced traffic"),
        pytest.param(
            {"EventStored": minutes((60, 99, 3), (99, 100, 2), (100, 180, 3))},
            *(True, False),
            id="one event lost in the worker",
        ),
        pytest.param(
            # Ten were stored in the last second of minute 89, and deleted in the next.
            {"NumberOfMessagesDeleted": minutes(STEADY, (89, 90, -5), (90, 91, 5))},
            *(False, False),
            id="in flight at an edge",
        ),
        pytest.param(
            # Events of the minutes 100 to 110 waited, failed and were retried until 150.
            {
                "NumberOfMessagesDeleted": minutes((60, 100, 5), (110, 180, 5), (150, 151, 50)),
                "EventStored": minutes((60, 100, 3), (110, 180, 3), (150, 151, 30)),
                "EventSuperseded": minutes((60, 100, 1), (110, 180, 1), (150, 151, 10)),
                "EventDuplicated": minutes((60, 100, 1), (110, 120, 1), (150, 151, 10)),
            },
            *(False, False),
            id="waiting for forty minutes",
        ),
        pytest.param(
            # SQS moves a message to the dead letters after five failures, without a deletion.
            {
                "NumberOfMessagesDeleted": minutes((60, 100, 5), (110, 180, 5)),
                "EventStored": minutes((60, 100, 3), (110, 180, 3)),
                "EventSuperseded": minutes((60, 100, 1), (110, 180, 1)),
                "EventDuplicated": minutes((60, 100, 1), (110, 120, 1)),
                # Their last attempts count them, except for three whose workers were killed.
                "EventDeadLettered": minutes((120, 180, 1), (150, 151, 47)),
                "EventDeadLettered moved_by_queue": minutes((150, 151, 47)),
            },
            *(False, False),
            id="dead-lettered by the queue",
        ),
        pytest.param(
            {
                "EventStored": minutes((60, 150, 3), (150, 151, 2), (151, 180, 3)),
                "EventDeadLettered": minutes((120, 180, 1), (150, 151, 47)),
                "EventDeadLettered moved_by_queue": minutes((150, 151, 47)),
            },
            *(True, False),
            id="one event lost while the queue dead-letters others",
        ),
        pytest.param(
            {"EventAccepted": minutes(STEADY, (100, 101, 10))},
            *(False, False),
            id="a post of ten repeated within five minutes",
        ),
        pytest.param(
            {"EventAccepted": minutes(STEADY, (100, 101, 500))},
            *(False, False),
            id="a post of five hundred repeated within five minutes",
        ),
        pytest.param(
            {
                "NumberOfMessagesSent": minutes(STEADY, (100, 101, 40)),
                "NumberOfMessagesDeleted": minutes(STEADY, (100, 102, 20)),
                "EventStored": minutes((60, 180, 3), (100, 102, 20)),
            },
            *(False, False),
            id="forty redriven",
        ),
        pytest.param(
            # An acknowledgement was lost: stored once, then a duplicate of itself.
            {"EventDuplicated": minutes((60, 120, 1), (130, 131, 1))},
            *(False, False),
            id="one delivered twice",
        ),
        pytest.param(
            {name: {} for name in BALANCED if name not in ("EventAccepted",)},
            *(False, True),
            id="accepted and never delivered",
        ),
        pytest.param(
            NOTHING | {"EventAccepted": dict.fromkeys(range(60, 180, 14), 1)},
            *(False, True),
            id="one event in a quarter of an hour accepted and never delivered",
        ),
        pytest.param(
            NOTHING | {"EventAccepted": {100: 1}},
            *(False, False),
            id="one event repeated within five minutes, after its quarter of an hour",
        ),
        pytest.param(
            {name: {} for name in BALANCED if name.startswith("Event") and name != "EventAccepted"},
            *(True, False),
            id="a worker that loses everything and reports nothing",
        ),
        pytest.param(NOTHING, False, False, id="nothing at all"),
    ],
)
def test_the_ledgers_alarms_start_only_for_lost_events(
    plan: Plan, what: dict[str, dict[int, float]], ledger: bool, arrivals: bool
) -> None:
    series = BALANCED | what

    found = [
        rings(plan.alarm(f"{NAME}-sourceA-{concern}"), series, UNTIL)
        for concern in ("ledger-does-not-balance", "accepted-events-do-not-arrive")
    ]

    assert found == [ledger, arrivals]


def test_a_busy_sources_edges_are_within_the_tolerance(plan: Plan) -> None:
    flow = 6000
    edges = {minute: float(flow + (7 if minute % 2 else -7)) for minute in range(60, 180)}
    series = {
        "NumberOfMessagesDeleted": edges,
        "EventStored": minutes((60, 180, flow)),
        "EventAccepted": minutes((60, 180, flow)),
        "NumberOfMessagesSent": edges,
    }

    found = rings(plan.alarm(f"{NAME}-sourceA-ledger-does-not-balance"), series, 180)

    assert not found


@pytest.mark.parametrize(("refused", "requests", "rung"), [(9, 10, False), (15, 25, True)])
def test_few_refused_requests_start_no_alarm(
    plan: Plan, refused: int, requests: int, rung: bool
) -> None:
    series = {
        "4XXError": minutes((60, 90, refused / 5)),
        "Count": minutes((60, 90, requests / 5)),
    }

    found = rings(plan.alarm(f"{NAME}-api-refuses"), series, 90)

    assert found is rung


@pytest.fixture(scope="module")
def widgets(plan: Plan) -> list[dict[str, Any]]:
    [dashboard] = plan.all("aws_cloudwatch_dashboard")
    found: list[dict[str, Any]] = json.loads(dashboard["dashboard_body"])["widgets"]
    return found


def test_widgets_are_within_the_grid_and_cover_no_other(widgets: list[dict[str, Any]]) -> None:
    taken: dict[tuple[int, int], str] = {}

    for widget in widgets:
        assert widget["x"] + widget["width"] <= 24
        for x in range(widget["x"], widget["x"] + widget["width"]):
            for y in range(widget["y"], widget["y"] + widget["height"]):
                other = taken.setdefault((x, y), json.dumps(widget))
                assert other == json.dumps(widget)


def test_the_grid_has_no_holes(widgets: list[dict[str, Any]]) -> None:
    area = sum(widget["width"] * widget["height"] for widget in widgets)

    assert area == 24 * max(widget["y"] + widget["height"] for widget in widgets)


def parts(metric: list[Any]) -> tuple[list[str], dict[str, Any]]:
    """A metric's names and dimensions, and how it is shown."""
    *names, last = metric
    return ([*names, last], {}) if isinstance(last, str) else (names, last)


SHOWN = {"id", "label", "expression", "stat", "period", "color", "visible", "yAxis"}


def test_widgets_are_of_cloudwatchs_form(widgets: list[dict[str, Any]]) -> None:
    assert len(widgets) <= 500
    for widget in widgets:
        properties = widget["properties"]
        assert all(type(widget[key]) is int for key in ("x", "y", "width", "height"))
        if widget["type"] == "text":
            assert properties.keys() == {"markdown"}
        elif widget["type"] == "alarm":
            assert 1 <= len(properties["alarms"]) <= 100
        else:
            assert widget["type"] == "metric"
            assert properties["view"] in ("timeSeries", "singleValue")
            assert type(properties["period"]) is int
            assert properties["region"] == "eu-central-1"
            assert 1 <= len(properties["metrics"]) <= 500


def test_metrics_of_widgets_are_of_cloudwatchs_form(widgets: list[dict[str, Any]]) -> None:
    for widget in widgets:
        shown = [parts(metric) for metric in widget["properties"].get("metrics", [])]
        ids = [options["id"] for _, options in shown if "id" in options]

        assert len(ids) == len(set(ids))
        assert all(re.fullmatch(r"[a-z][a-zA-Z0-9_]*", name) for name in ids)
        for names, options in shown:
            assert options.keys() <= SHOWN
            assert all(isinstance(name, str) for name in names)
            # Namespace, name, and pairs of a dimension; or an expression and no name at all.
            assert len(names) % 2 == 0
            assert bool(names) != ("expression" in options)
            used = set(re.findall(r"\b[a-z]+_\d+\b", options.get("expression", "")))
            assert used <= set(ids)


def test_widgets_show_existing_resources(plan: Plan, widgets: list[dict[str, Any]]) -> None:
    there_is = resources_of(plan)
    arns = {alarm["arn"] for alarm in plan.all("aws_cloudwatch_metric_alarm")}
    shown_alarms: set[str] = set()

    for widget in widgets:
        shown_alarms |= set(widget["properties"].get("alarms", []))
        for metric in widget["properties"].get("metrics", []):
            names, options = parts(metric)
            for name, value in zip(names[2::2], names[3::2], strict=True):
                assert value in there_is[name], widget["properties"]["title"]
            for source in re.findall(r'source="([^"]+)"', options.get("expression", "")):
                assert source in there_is["source"]

    assert shown_alarms == arns


def test_our_own_metrics_that_are_watched_and_shown_are_made(
    alarms: list[dict[str, Any]], widgets: list[dict[str, Any]]
) -> None:
    made = set().union(*documented().values())
    watched = {
        (metric["metric_name"], *sorted(metric["dimensions"]))
        for alarm in alarms
        for _, metric in metrics_of(alarm)
        if metric["namespace"] == NAME
    }
    shown: set[tuple[str, ...]] = set()
    for widget in widgets:
        for names, options in map(parts, widget["properties"].get("metrics", [])):
            if names[:1] == [NAME]:
                shown.add((names[1], *sorted(names[2::2])))
                # Of the sources, the operator alone has several entities, and metrics by entity.
                assert "entity" not in names or "operator" in names
            expression = options.get("expression", "")
            if found := re.search(rf'{{"{NAME}",([a-z,]+)}}.* MetricName="(\w+)"', expression):
                shown.add((found[2], *sorted(found[1].split(","))))

    assert len(watched) > 5
    assert watched <= made
    assert len(shown) > 20
    assert shown <= made


def test_every_queue_function_and_source_is_shown(
    plan: Plan, widgets: list[dict[str, Any]]
) -> None:
    text = json.dumps(widgets)

    for kind in ("QueueName", "FunctionName", "TableName", "ApiName", "source"):
        for name in resources_of(plan)[kind]:
            assert f'"{name}"' in text
