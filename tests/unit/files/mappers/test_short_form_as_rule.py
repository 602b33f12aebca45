"""The rule that a short form stands for makes the events of the short form."""

from typing import Any

from ingestion.files.mappers.short_form import ShortForm
from tests.unit.files.extracting import events, results, source
from tests.unit.files.mappers.mapped import mapped

HEADER = ["year", "number", "Name", "contract_type", "contract_status", "remark", "at"]
FILES: dict[str, Any] = {
    "columns": {"Name": "contract_name"},
    "ignore": ["remark"],
    "key": ["year", "number"],
    "time": "at",
}
ROWS = [
    "2026,7/a,Turbines,goods,active,x,2026-01-31",
    "2026,8%,Turbines,goods,active,,1769860800.5",
    "2026,9,Turbines,works,pending,,2026-01-31T13:00:00+01:00",
]


def test_the_engine_makes_the_same_events() -> None:
    table = "\n".join([",".join(HEADER), *ROWS, ""])
    rule = ShortForm(source(**FILES)).rule(HEADER)

    by_short_form = events(results(table, sender=source(**FILES)))
    by_rule = events(mapped(table, rule.model_dump(exclude_unset=True)))

    assert [event.model_dump() for event in by_short_form] == [
        event.model_copy(update={"mapping": None}).model_dump() for event in by_rule
    ]
    assert len(by_rule) == len(ROWS)
