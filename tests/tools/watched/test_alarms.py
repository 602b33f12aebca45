"""The alarms in a plan of the whole platform."""

import re
import shlex
from typing import Any

from infra.tools.paths import ROOT
from ingestion.cli.app import Commands
from tests.support.logs.emf import RUNBOOK
from tests.tools.watched.plan import Plan, metrics_of
from tests.tools.watched.resources import LIMITS, NAME, SOURCES, resources_of

SOURCE_CONCERNS = {
    *("dead-letters-wait", "dead-letters-expire", "messages-wait", "messages-expire"),
    *("ledger-does-not-balance", "accepted-events-do-not-arrive", "worker-function-fails"),
}


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


def test_alarms_cost_what_the_docs_say(alarms: list[dict[str, Any]]) -> None:
    section = LIMITS.read_text().partition("### Alarms and metrics")[2]
    said = re.findall(r"\$(\d+\.\d\d)", section)
    subjects = (*SOURCES, "billing-subscriber", "web-subscriber")
    of = {
        subject: [alarm for alarm in alarms if alarm["alarm_name"].startswith(f"{NAME}-{subject}-")]
        for subject in subjects
    }
    shared = [alarm for alarm in alarms if not any(alarm in own for own in of.values())]

    costs = [
        *(cost(of["sourceA"]), cost(of["sourceD"]) - cost(of["sourceA"]), cost(shared)),
        cost(shared) + 4 * cost(of["sourceA"]),
        *(cost(of["billing-subscriber"]), cost(of["web-subscriber"])),
    ]

    assert [round(amount, 2) for amount in costs] == [float(price) for price in said[1:7]]


def exists(command: str) -> bool:
    """Return whether a command is one of `ingest`, of the Makefile or of the AWS CLI."""
    program, *words = shlex.split(command)
    if program == "make":
        return f"\n{words[0]}: " in (ROOT / "Makefile").read_text()
    if program == ".venv/bin/ingest":
        lazy: Any = Commands().commands[words[0]]
        loaded = lazy.load()
        named = getattr(loaded, "commands", {}).get(words[1], loaded)
        options = {option for parameter in named.params for option in parameter.opts}
        return {word for word in words if word.startswith("--")} <= options
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


def test_alarms_watch_existing_resources(plan: Plan, alarms: list[dict[str, Any]]) -> None:
    there_is = resources_of(plan)

    for alarm in alarms:
        for metric in [metric for _, metric in metrics_of(alarm)] or [alarm]:
            for name, value in (metric["dimensions"] or {}).items():
                assert value in there_is[name], alarm["alarm_name"]


def test_every_queue_and_every_function_is_watched(
    plan: Plan, alarms: list[dict[str, Any]]
) -> None:
    watched = {value for alarm in alarms for value in (alarm["dimensions"] or {}).values()}

    assert plan.names("aws_sqs_queue") <= watched
    assert plan.names("aws_lambda_function", "function_name") <= watched
    # The other alarms are published to the alarms' own topic.
    assert plan.names("aws_sns_topic") - watched == {f"{NAME}-alarms"}
