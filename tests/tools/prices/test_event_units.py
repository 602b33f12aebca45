"""What a million events cost, counted per event."""

import re

import pytest

from infra.tools.paths import ROOT
from infra.tools.prices.event_units import BATCHED, SINGLE, Traffic, event_units
from tests.tools.prices.plans import change, function, indexer, resources

TABLE = change(
    "module.store.aws_dynamodb_table.this", global_secondary_index=[{"name": "a"}, {"name": "b"}]
)


def amounts(traffic: Traffic, *others: dict[str, object]) -> dict[str, float]:
    found = event_units(resources(function(), TABLE, indexer(), *others), traffic)
    return {
        ("indexer" if "indexer" in units.label else units.price): round(units.amount, 6)
        for units in found
    }


def test_an_event_that_is_posted_alone_takes_a_request_a_run_and_a_call_of_each_part() -> None:
    assert amounts(SINGLE) == {
        "api_requests": 1,
        "function_requests": 3.2,
        "function_gb_seconds_arm64": 0.023983,
        "indexer": 0.039733,
        "topic_requests": 2,
        "topic_deliveries": 2,
        "queue_requests": 4.4,
        "write_units": 3,
        "read_units": 1,
        "object_writes": 1.6,
        "log_gb": 2.257,
    }


def test_events_of_full_requests_share_them_and_their_batches() -> None:
    assert amounts(BATCHED) == {
        "api_requests": 0.01,
        "function_requests": 0.211,
        "function_gb_seconds_arm64": 0.004816,
        "indexer": 0.000199,
        "topic_requests": 0.2,
        "topic_deliveries": 2,
        "queue_requests": 2.4,
        "write_units": 3,
        "read_units": 1,
        "object_writes": 0.008,
        "log_gb": 0.15955,
    }


def test_a_firewall_and_a_subscriber_cost_for_every_event() -> None:
    firewall = change("module.waf.aws_wafv2_web_acl.this", rule=[])
    subscriber = change('module.subscriber["a"].aws_sns_topic_subscription.this', name="a")

    found = amounts(SINGLE, firewall, subscriber)

    assert (found["firewall_requests"], found["topic_deliveries"]) == (1, 3)


@pytest.mark.parametrize(
    ("memory_mb", "architecture", "gb_seconds"),
    [(1769, "arm64", 0.060810), (3538, "x86_64", 0.121620)],
)
def test_the_price_of_a_run_follows_memory_and_architecture(
    memory_mb: int, architecture: str, gb_seconds: float
) -> None:
    planned = resources(function(memory_mb, architecture), TABLE, indexer())
    label = f"million GB-seconds of functions with {memory_mb} MB"

    [found] = [units for units in event_units(planned, SINGLE) if units.label == label]

    assert found.price == f"function_gb_seconds_{architecture}"
    assert found.amount == pytest.approx(gb_seconds, rel=1e-4)


def test_calls_and_bytes_of_log_are_those_that_the_benchmark_counts() -> None:
    text = (ROOT / "docs" / "performance.md").read_text()
    log = re.findall(r"log bytes per event, (1|100) a POST \|  \| ([\d.]+) bytes", text)
    calls = dict(re.findall(r"(SNS|DynamoDB) calls per 1,000 events.*\|  \| (\d+) calls", text))

    assert [(n, round(float(size))) for n, size in log] == [
        ("1", SINGLE.log_bytes),
        ("100", BATCHED.log_bytes),
    ]
    assert int(calls["SNS"]) * BATCHED.events_a_batch == 1_000
    assert int(calls["DynamoDB"]) == 1_000
