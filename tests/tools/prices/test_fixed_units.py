"""What costs money without events, counted in plans."""

from infra.tools.prices.fixed_units import (
    MILLION_POLLS,
    Resource,
    fixed_units,
    metrics_of_source,
    resources_of,
    resources_of_source,
)
from ingestion.catalog import Catalog
from tests.support.factories import catalog_document
from tests.tools.prices.plans import alarm, change, resources


def amounts(found: list[Resource]) -> dict[str, float]:
    return {units.price: units.amount for units in fixed_units(found)}


def test_an_alarm_counts_once_for_each_metric_that_it_reads() -> None:
    found = resources(alarm("a-silent", "a"), alarm("a-ledger", "a", "b", "c"))

    assert amounts(found) == {"alarm_metric": 4}


def test_a_queue_is_polled_by_five_pollers_every_twenty_seconds_and_a_stream_costs_nothing() -> (
    None
):
    mapping = "aws_lambda_event_source_mapping.this"
    found = resources(
        change(f'module.source["a"].{mapping}', starting_position=None),
        change(f"module.changes.{mapping}", starting_position="TRIM_HORIZON"),
    )

    assert amounts(found) == {"queue_requests": MILLION_POLLS}
    assert MILLION_POLLS == 5 * 3 * 60 * 730 / 1_000_000


def test_a_firewall_costs_itself_and_its_rules() -> None:
    found = resources(change("module.waf.aws_wafv2_web_acl.this", rule=[{}, {}, {}]))

    assert amounts(found) == {"firewall": 1, "firewall_rule": 3}


def test_resources_that_cost_nothing_while_they_are_idle_are_left_out() -> None:
    found = resources(change("aws_sns_topic.this", name="t"), change("aws_sqs_queue.this"))

    assert amounts(found) == {}


def test_a_resource_without_known_values_is_counted() -> None:
    assert amounts(resources(change("aws_kms_key.this"))) == {"encryption_key": 1}


def test_a_resource_that_the_plan_deletes_or_reads_is_not_counted() -> None:
    deleted = change("aws_kms_key.this") | {"change": {"after": None}}
    read = change("aws_kms_key.other", description="k") | {"mode": "data"}

    assert resources_of({"resource_changes": [deleted, read]}) == []


def test_a_source_has_its_resources_and_the_alarms_that_watch_them() -> None:
    own = [
        change('module.source["a"].aws_sqs_queue.this', name="p-a.fifo"),
        change('module.webhooks.aws_secretsmanager_secret.this["a"]', name="p/a"),
        alarm("a-messages-wait", "p-a.fifo"),
        alarm("a-ledger", "p-a.fifo", "other"),
    ]
    others = [
        change('module.source["a-b"].aws_sqs_queue.this', name="p-a-b.fifo"),
        change('module.subscriber["a"].aws_sqs_queue.dlq', name="p-a-subscriber-dlq.fifo"),
        alarm("a-b-messages-wait", "p-a-b.fifo"),
        alarm("a-subscriber-dead-letters-wait", "p-a-subscriber-dlq.fifo"),
    ]

    found = resources_of_source(resources(*own, *others), "a")

    assert [each.address for each in found] == [each["address"] for each in own]


def test_a_source_with_several_entities_has_a_set_of_metrics_for_each_and_for_all() -> None:
    document = catalog_document()
    document["sources"]["sourceB"]["entities"] = ["CONTRACT", "MILESTONE"]
    catalog = Catalog.model_validate(document)

    found = [metrics_of_source(catalog, source).amount for source in ("sourceA", "sourceB")]

    assert found == [4, 12]
