"""Prints what an environment costs: units, the price of one, and their product."""

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table

from infra.tools.prices.event_units import BATCHED, SINGLE, event_units
from infra.tools.prices.fixed_units import (
    Resource,
    fixed_units,
    metrics_of_source,
    resources_of_source,
)
from infra.tools.prices.price_list import PriceList, Prices, Units
from ingestion.catalog import Catalog

NOT_COUNTED = (
    "Not counted: storage, backups, reads, searches, files, deliveries to endpoints, data transfer,"
    " the payload of topics, requests to the encryption key (about 0.50 a month for a source that"
    " sends without a pause), free tiers and taxes."
)


def print_costs(resources: list[Resource], catalog: Catalog, price_list: PriceList) -> None:
    """Print resources, fixed cost, the cost of one more source, and of a million events."""
    console = Console(width=90, highlight=False)
    console.print(
        f"\n{len(resources)} resources. Costs in USD by the list prices of {price_list.region} in"
        f" config/prices.yaml, of {price_list.date}. Source: {price_list.source}."
    )
    for title, units in _parts(resources, catalog):
        console.print(_table(title, units, price_list.prices))
    console.print(NOT_COUNTED)


def _parts(resources: list[Resource], catalog: Catalog) -> Iterable[tuple[str, list[Units]]]:
    yield "Fixed, a month, without events", fixed_units(resources)
    *_, last = catalog.sources
    title = f"One further source like {last} ({catalog.sources[last].auth}), a month"
    yield title, source_units(resources, catalog, last)
    yield "A million events, 1 a POST", event_units(resources, SINGLE)
    yield "A million events, 100 a POST", event_units(resources, BATCHED)


def source_units(resources: list[Resource], catalog: Catalog, source: str) -> list[Units]:
    """Return the units of a source that is in normal operation the whole month."""
    fixed = fixed_units(resources_of_source(resources, source))
    return [*fixed, metrics_of_source(catalog, source)]


def _table(title: str, units: list[Units], prices: Prices) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE, show_footer=True)
    total = sum(each.dollars(prices) for each in units)
    table.add_column("units", footer="total", min_width=44)
    table.add_column("count", justify="right")
    table.add_column("x price", justify="right")
    table.add_column("= USD", footer=f"{total:.2f}", justify="right")
    for each in units:
        price, dollars = each.price_in(prices), each.dollars(prices)
        table.add_row(each.label, f"{each.amount:,.4g}", f"{price:,.6g}", f"{dollars:.2f}")
    return table
