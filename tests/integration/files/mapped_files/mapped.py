"""A source whose rules make a contract and a milestone of each row."""

from typing import Any

from ingestion.event import Event
from tests.integration.cloud import Cloud
from tests.support.factories import Json, catalog_document

CONTRACT: Json = {
    "entity": "CONTRACT",
    "id": "item.No",
    "fields": {
        "contract_name": "item.Name",
        "contract_type": {"const": "goods"},
        "contract_status": {"value": "item.State", "translate": {"open": "active"}},
    },
}
MILESTONE: Json = {
    "entity": "MILESTONE",
    "id": ["item.No", "item.Step"],
    "fields": {"contract_id": "item.No", "end_date": {"value": "item.Due", "date": "%d.%m.%Y"}},
}
HEADER = "No,Name,State,Step,Due"


def map_source(cloud: Cloud, *rules: Json, **keys: Any) -> None:
    """Give sourceB these rules and other keys."""
    document = catalog_document()
    source = document["sources"]["sourceB"]
    source |= {"entities": ["CONTRACT", "MILESTONE"], "map": list(rules), **keys}
    cloud.write_catalog(document)


def table(rows: int) -> str:
    """Return rows of two entities. Every fifth is ignored, and of every seventh a day is wrong."""
    lines = (
        f"{number},{'-' if number % 5 == 0 else f'Turbine {number}'},open,s,"
        f"{'soon' if number % 7 == 0 else '31.01.2026'}"
        for number in range(1, rows + 1)
    )
    return "\n".join([HEADER, *lines, ""])


def queued(cloud: Cloud) -> list[Event]:
    """Return the events in the queue of sourceB."""
    return [Event.from_json(record["body"]) for record in cloud.queued()]
