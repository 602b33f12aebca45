"""The dashboard in a plan of the whole platform."""

import json
import re
from typing import Any

from tests.support.logs.emf import documented
from tests.tools.watched.plan import Plan, metrics_of
from tests.tools.watched.resources import NAME, resources_of


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
        (metric["metric_name"], *sorted(metric["dimensions"] or {}))
        for alarm in alarms
        for metric in [metric for _, metric in metrics_of(alarm)] or [alarm]
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

    assert len(watched) >= 5
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
