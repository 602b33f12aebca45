"""The cost of mapping rules: CPU per entity, end to end against native events, and the start."""

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jmespath
from jmespath import Options
from jmespath.visitor import TreeInterpreter

from ingestion.cli.environment import load_catalog
from ingestion.mapping.compiled import compile_rules
from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.language.functions import ExactFunctions
from ingestion.mapping.outcome import Origin
from ingestion.mapping.rules import Rule
from tests.benchmarks.end_to_end import Platform, seconds_of
from tests.benchmarks.figures.figure import ROUNDS, Figure, cost, measure_ratios, print_figures
from tests.benchmarks.start import OURS, cpu_of_children, start_process
from tests.e2e.conftest import copy_checkout, free_port
from tests.support.factories import NOON, Json
from tests.unit.mapping.ocds import MILESTONE

Read = Callable[[Json], Any]

PART = "mapping"
ENTITIES = 500  # Of a payload.
SOURCES = 100
FLAT: Json = {
    "entity": "CONTRACT",
    "each": "payload.rows",
    "id": "item.number",
    "time": "item.changed",
    "fields": {f"field{number}": f"item.f{number}" for number in range(10)},
}
STATE = {"value": "item.status", "translate": {"met": "done"}, "default": "open"}
NESTED: Json = MILESTONE | {"fields": MILESTONE["fields"] | {"state": STATE}}
MAPPED: Json = {
    "entity": "CONTRACT",
    "each": "payload.contracts",
    "id": "item.number",
    "time": "item.changed",
    "fields": {
        "contract_name": "item.title",
        "contract_type": {"value": "item.kind", "translate": {"G": "goods", "W": "works"}},
        "contract_status": {"value": "item.state", "translate": {"open": "active"}},
    },
}


def figures() -> Iterator[Figure]:
    """Yield the cost per entity, the start, and then the figure of the whole stack."""
    for name, rule, payload, target in (
        ("ten flat fields", FLAT, flat_payload(), 16),
        ("nested", NESTED, nested_payload(), 22),
    ):
        rounds = microseconds_of_an_entity(rule, payload)
        yield Figure(PART, f"mapping of an entity, {name}", "", target, rounds, unit="µs")
    yield ten_paths()
    yield start_with_many_sources()
    with TemporaryDirectory() as directory:
        yield end_to_end(Path(directory))


def microseconds_of_an_entity(rule: Json, payload: Any) -> list[float]:
    """Return the CPU of an entity in each round."""
    rules, origin = compile_rules("bench", [Rule.model_validate(rule)], []), Origin(NOON)
    run = partial(rules.map_payload, payload, origin)
    assert len(run().results) == ENTITIES
    return [cost(run, times=10) / 10 / ENTITIES * 1_000_000 for _ in range(ROUNDS)]


def ten_paths() -> Figure:
    """Compare expressions that are paths with the same ones in jmespath's interpreter."""
    scope = {"item": flat_payload()["rows"][0]}
    texts = list(FLAT["fields"].values())
    readers: list[Read] = [compile_expression(text).evaluate for text in texts]
    interpreter: Any = TreeInterpreter(Options(custom_functions=ExactFunctions()))
    trees = [jmespath.compile(text).parsed for text in texts]
    visits: list[Read] = [partial(interpreter.visit, tree) for tree in trees]
    ours, theirs = (partial(_evaluate, calls, scope) for calls in (readers, visits))
    assert ours() == theirs()
    rounds = measure_ratios(ours, theirs, times=5_000)
    return Figure(PART, "ten expressions that are paths", "jmespath's interpreter", 0.2, rounds)


def _evaluate(calls: list[Read], scope: Json) -> list[Any]:
    return [call(scope) for call in calls]


def flat_payload() -> Json:
    """Return a payload with rows of ten fields."""
    fields = {f"f{number}": f"value {number}" for number in range(10)}
    rows = [{"number": f"c-{row}", "changed": NOON, **fields} for row in range(ENTITIES)]
    return {"rows": rows}


def nested_payload() -> Json:
    """Return a payload with milestones, ten in each of the contracts of its releases."""
    return {
        "releases": [
            {
                "ocid": f"ocds-{release}",
                "date": NOON,
                "contracts": [{"id": 1, "implementation": {"milestones": _milestones()}}],
            }
            for release in range(ENTITIES // 10)
        ]
    }


def _milestones() -> list[Json]:
    return [
        {"id": number, "title": "Delivery", "dueDate": "2026-01-31T12:00:00Z", "status": "met"}
        for number in range(10)
    ]


def start_with_many_sources() -> Figure:
    """Compare the API's start with mapped sources with its start with the shipped catalog."""
    shipped = load_catalog().model_dump(mode="json", by_alias=True)
    sources = {
        f"mapped{number}": {
            "path": f"mapped{number}",
            "entities": ["CONTRACT"],
            "auth": "api_key",
            "map": [MAPPED],
        }
        for number in range(SOURCES)
    }
    with TemporaryDirectory() as directory:
        starts = []
        for name, catalog in (
            ("many", {"sources": shipped["sources"] | sources}),
            ("shipped", shipped),
        ):
            file = Path(directory) / f"{name}.json"
            file.write_text(json.dumps(catalog))
            variables = {"CATALOG_FILE": str(file)}
            command = (sys.executable, "-c", OURS.format("api"))
            starts.append(partial(start_process, *command, variables=variables))
        rounds = measure_ratios(*starts, rounds=15, clock=cpu_of_children)
    name = f"start of the api, {SOURCES} mapped sources"
    return Figure(PART, name, "the shipped catalog", 1.15, rounds)


def end_to_end(directory: Path) -> Figure:
    """Compare mapped events with native ones on a local stack, and delete the stack."""
    checkout = copy_checkout(directory, free_port())
    with (checkout.directory / "config" / "sources.yaml").open("a") as catalog:
        entry = {"path": "mapped", "entities": ["CONTRACT"], "auth": "api_key", "map": [MAPPED]}
        catalog.write(f"  mapped: {json.dumps(entry)}\n")  # JSON is YAML.
    try:
        checkout.stack("up", port=checkout.port)
        deployment = checkout.deployment
        native = Platform(deployment)
        mapped = Platform(deployment, "mapped", "mapped", mapped_body)
        rounds = []
        for turn in range(ROUNDS + 1):
            runs = [native.run, mapped.run] if turn % 2 else [mapped.run, native.run]
            seconds = {run: seconds_of(run, deployment) for run in runs}
            rounds.append(seconds[native.run] / seconds[mapped.run])
    finally:
        checkout.stack("reset")
    name = "end to end, mapped events/s, 100 a POST"
    return Figure(PART, name, "the same events in the native format", 0.8, rounds[1:], least=True)


def mapped_body(events: list[Json]) -> str:
    """Return a payload of another system with the contracts of native events."""
    contracts = [
        {"number": event["body"]["contract_id"], "title": event["body"]["contract_name"]}
        | {"kind": "G", "state": "open", "changed": NOON}
        for event in events
    ]
    return json.dumps({"contracts": contracts})


if __name__ == "__main__":
    print_figures(figures())
