"""Every example of the pages about mapping is evaluated: a payload gives what the page says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from jsonschema import Draft202012Validator

from entities.declared.yaml_file import parse_yaml
from infra.tools.paths import ROOT
from infra.tools.schemas.catalog_schema import NAME
from ingestion.catalog import Catalog
from ingestion.cli.checkout import Checkout
from ingestion.http.payloads import read_payloads
from ingestion.mapping.compiled import compile_rules
from ingestion.mapping.outcome import MappedEvent, MappedPayload, Origin
from ingestion.mapping.rules import Form, Rule
from tests.integration.map_command.conftest import Map, Write
from tests.support.documents import commands, examples, scripts
from tests.support.factories import NOON, Json
from tests.support.invocations import request

PAGES = [ROOT / "docs" / f"{name}.md" for name in ("mapping", "mapping-values", "mapping-samples")]
EXAMPLES: dict[str, Json] = {
    f"{page.stem}:{line}": parse_yaml(text)
    for page in PAGES
    for line, text in examples(page, "yaml")
}
SCHEMA = json.loads((ROOT / NAME).read_text())


def holding(*keys: str) -> list[str]:
    """Return the names of the examples with these keys."""
    return [name for name, example in EXAMPLES.items() if {*keys} <= {*example}]


def test_every_example_is_evaluated() -> None:
    fields, rules = holding("payload", "fields", "gives"), holding("payload", "map", "gives")
    bodies, entries = holding("body", "content_type", "payload"), holding("sources")

    assert {*fields, *rules, *bodies, *entries} == {*EXAMPLES}


@pytest.mark.parametrize("model", [Rule, Form])
def test_every_key_has_an_example(model: type[Rule] | type[Form]) -> None:
    text = "\n".join(page.read_text() for page in PAGES)
    keys = [field.alias or name for name, field in model.model_fields.items()]

    described = [name for name in keys if f"`{name}`" in text and f"{name}: " in text]

    assert described == keys


@pytest.mark.parametrize("name", holding("sources"))
def test_an_entry_of_the_catalog_is_valid(name: str) -> None:
    example = EXAMPLES[name]

    assert Catalog.model_validate(example).sources
    assert list(Draft202012Validator(SCHEMA).iter_errors(example)) == []


@pytest.mark.parametrize("name", holding("payload", "fields", "gives"))
def test_fields_get_the_values_that_the_page_shows(name: str) -> None:
    example = EXAMPLES[name]
    rule = Rule.model_validate({"entity": "EQUIPMENT", "id": "'e-1'", "fields": example["fields"]})

    [made] = mapped([rule], [], example["payload"], example).results

    assert isinstance(made, MappedEvent), made
    assert made.data.pop("equipment_id") == "e-1"
    assert made.data == example["gives"]


@pytest.mark.parametrize("name", holding("payload", "map", "gives"))
def test_rules_make_the_events_that_the_page_shows(name: str) -> None:
    example = EXAMPLES[name]
    rules = [Rule.model_validate(rule) for rule in example["map"]]
    ignore = example.get("ignore", [])
    payloads = example["payload"] if isinstance(example["payload"], list) else [example["payload"]]

    found = [
        made
        for payload in payloads
        for made in described(
            mapped(rules, [ignore] if isinstance(ignore, str) else ignore, payload, example)
        )
    ]

    assert len(found) == len(example["gives"])
    for made, shown in zip(found, example["gives"], strict=True):
        if isinstance(made, str):
            assert made == shown
        elif "refused" in shown:
            assert shown["refused"] in made["refused"]
        else:
            assert {key: made.get(key) for key in shown} == shown


@pytest.mark.parametrize("name", holding("body"))
def test_a_body_is_the_payload_that_the_page_shows(name: str) -> None:
    example = EXAMPLES[name]
    headers = {"content-type": example["content_type"]}
    posted = APIGatewayProxyEvent(request("shop", example["body"], headers=headers))

    assert read_payloads(posted, None).items == [example["payload"]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_page_work_on_its_example(
    ingest_map: Map, write: Write, mapped_checkout: Checkout, page: Path
) -> None:
    [(_, entry)] = [(line, text) for line, text in examples(PAGES[0], "yaml") if "sources:" in text]
    [(_, payload)] = examples(PAGES[0], "json")
    mapped_checkout.catalog_file.write_text(entry)
    for name in ("order.json", "config/samples/shop/order.json"):
        write(name, payload)
    ingest_map("--record")

    shown = [words for script in scripts(page) for words in commands(script)]
    results = [ingest_map(*words[2:], stdin=payload) for words in shown if words[0] == "ingest"]

    assert [result.exit_code for result in results] == [0] * len(results)
    assert len(results) == {"mapping": 2, "mapping-values": 0, "mapping-samples": 5}[page.stem]


@pytest.mark.parametrize("name", holding("map", "gives"))
def test_the_rules_of_an_example_fit_the_schema(name: str) -> None:
    rule = Draft202012Validator({"$ref": "#/$defs/Rule", "$defs": SCHEMA["$defs"]})

    assert [
        fault.message for each in EXAMPLES[name]["map"] for fault in rule.iter_errors(each)
    ] == []


def mapped(rules: list[Rule], ignore: list[str], payload: Any, example: Json) -> MappedPayload:
    """Return what the rules make of a payload that is received with the example's request."""
    origin = Origin(NOON, example.get("headers", {}), example.get("query", {}))
    return compile_rules("shop", rules, ignore).map_payload(payload, origin)


def described(mapped: MappedPayload) -> Iterator[Any]:
    """Yield the results of a payload in the words of the pages."""
    if mapped.is_ignored:
        yield "ignored"
    elif not mapped.results:
        yield "unmatched"
    for made in mapped.results:
        if isinstance(made, MappedEvent):
            id_field = f"{made.entity_name.lower()}_id"
            yield {
                "entity": made.entity_name,
                "id": made.entity_id,
                "operation": made.operation,
                "time": made.time,
                "event_id": made.event_id,
                "fields": {name: made.data[name] for name in made.data if name != id_field},
            }
        else:
            yield {"refused": made.rejection.detail}
