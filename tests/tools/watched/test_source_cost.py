"""The fixed cost of a source, counted in plans with and without it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from infra.tools.prices.fixed_units import Resource, fixed_units
from infra.tools.prices.price_list import load_prices
from infra.tools.prices.report import source_units
from ingestion.cli.environment import load_catalog
from tests.support.terraform import planned
from tests.tools.watched.plan import Plan
from tests.tools.watched.resources import LIMITS

MOST = 2.60


def counted(resources: Iterable[Any]) -> Counter[str]:
    """Count units by price, without subscribers, and without the alarm that a source may choose."""
    found = [
        Resource(*each)
        for each in resources
        if "subscriber" not in each.address and "source-silent" not in each.address
    ]
    return Counter({units.price: units.amount for units in fixed_units(found)})


def test_a_source_costs_at_most_2_dollars_60_a_month(planned: planned.Plan, plan: Plan) -> None:
    catalog, prices = load_catalog(), load_prices().prices
    with_another_source, without = counted(plan.resources), counted(planned.resources)

    units = source_units([Resource(*each) for each in planned.resources], catalog, "sourceC")

    fixed = {each.price: each.amount for each in units if each.price != "custom_metric"}
    assert dict(with_another_source - without) == pytest.approx(fixed)
    dollars = sum(each.dollars(prices) for each in units)
    assert {each.price for each in units} == {"alarm_metric", "queue_requests", "custom_metric"}
    assert dollars <= MOST
    assert f"**${dollars:.2f}** a month" in LIMITS.read_text()
