"""A shell completes the names that the command knows, through Typer's own protocol."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_origin

import pytest
from typer.core import TyperArgument, TyperOption
from typer.main import get_group

import entities
from infra.tools.paths import ROOT
from ingestion.catalog.signature import PRESETS
from ingestion.cli import app
from ingestion.cli.checkout import THIS_CHECKOUT, Checkout
from ingestion.cli.dlq.names import REASONS, REJECTIONS
from ingestion.cli.environment import Deployment
from ingestion.cli.start.completion import complete_signature
from ingestion.cli.start.lazy_command import LazyCommand
from ingestion.cli.start.words import SUBCOMMANDS, values_after
from ingestion.event import RETRIES_EXHAUSTED
from tests.unit.cli.completions import INGEST, complete, run_completion

# Prints which of the slow modules a completion imported.
IMPORTED = f"""{INGEST[: INGEST.index("app.app(")]}
import atexit
slow = {{"boto3", "botocore", "httpx", "pydantic", "pydantic_core", "rich"}}
atexit.register(lambda: print("imported:", *sorted(slow & set(sys.modules))))
{INGEST[INGEST.index("app.app(") :]}"""
FAST = [
    *("se", "dlq ", "dlq r", "close ", "send --source ", "get E", "related EQUIPMENT e-1 --env "),
    *("dlq edit --source ", "dlq list --reason ", "tail --entity ", "files list --columns "),
    *("list CONTRACT --columns contract_id,", "upload rows.csv --env dev --source "),
]
REJECTION_TABLES = [
    ("http.md", "| `reason` |"),
    ("payloads.md", "| `reason` |"),
    ("quarantine.md", "| reason |"),
]
SLUG = re.compile(r"`(\w+)`")
REASON_ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a checkout with the shipped catalog, an environment with settings and a login."""
    checkout = Checkout(tmp_path)
    checkout.catalog_file.parent.mkdir()
    checkout.catalog_file.write_bytes(THIS_CHECKOUT.catalog_file.read_bytes())
    (checkout.catalog_file.parent / "dev.tfvars").touch()
    (tmp_path / "config-of-the-user" / "ingest").mkdir(parents=True)
    (tmp_path / "config-of-the-user" / "ingest" / "prod.json").write_text("{}")
    return checkout


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("se", ["send", "search", "secrets"]),
        ("send --source ", ["sourceA", "sourceB", "sourceC", "documents"]),
        ("get E", ["EQUIPMENT"]),
        ("tail --entity M", ["MILESTONE"]),
        ("list CONTRACT --env ", ["dev", "prod"]),
        ("dlq list --source u", ["unrouted"]),
        ("status --source u", ["unrouted"]),
        ("logs --source c", ["changes"]),
        ("logs --function w", ["worker"]),
        ("dlq dro", ["drop"]),
        ("pause ", ["sourceA", "sourceB", "sourceC", "documents"]),
        ("source check ", ["sourceA", "sourceB", "sourceC", "documents"]),
        ("dlq list --columns id,re", ["id,reason", "id,redriven"]),
        ("list CONTRACT --columns time,contract_s", ["time,contract_status"]),
        ("list --col", ["--columns"]),
        ("--ver", ["--version"]),
        ("dlq redrive --dry-run --entity EQ", ["EQUIPMENT"]),
        (
            "dlq redrive --reason un",
            ["unknown_entity", "unknown_source", "undelivered", "unrouted"],
        ),
    ],
)
def test_bash_completes_the_names_that_fit(
    checkout: Checkout, words: str, offered: list[str]
) -> None:
    assert complete(checkout, words) == offered


def test_zsh_completes_sources(checkout: Checkout) -> None:
    assert complete(checkout, "send --source ", "zsh")[1:] == [
        "sourceA",
        "sourceB",
        "sourceC",
        "documents",
    ]


@pytest.mark.parametrize("catalog", ["sources: [", "[sourceA]", None])
def test_a_broken_catalog_offers_nothing(checkout: Checkout, catalog: str | None) -> None:
    checkout.catalog_file.unlink()
    if catalog is not None:
        checkout.catalog_file.write_text(catalog)

    assert complete(checkout, "send --source ") == []


def test_an_invalid_catalog_still_offers_its_sources(checkout: Checkout) -> None:
    checkout.catalog_file.write_text("sources: {sourceA: {pth: a}}")

    assert complete(checkout, "send --source ") == ["sourceA"]


def test_the_sources_of_a_login_are_offered_for_its_environment(checkout: Checkout) -> None:
    source = {"path": "x", "entities": ["CONTRACT"], "auth": "api_key"}
    login = checkout.root / "config-of-the-user" / "ingest" / "prod.json"
    login.write_text(json.dumps(names_and_urls() | {"sources": {"sourceX": source}}))

    assert complete(checkout, "send --env prod --source ") == ["sourceX"]


@pytest.mark.parametrize("words", FAST)
def test_a_completion_imports_no_slow_module(checkout: Checkout, words: str) -> None:
    *offered, imported = run_completion(IMPORTED, checkout, words).splitlines()

    assert offered
    assert imported == "imported:"


def loaded_commands() -> Iterator[tuple[str, Any]]:
    """Yield each command with its whole name."""
    for name, lazy in get_group(app.app).commands.items():
        assert isinstance(lazy, LazyCommand)
        command = lazy.load()
        group = getattr(command, "commands", None)
        named = {f"{name} {sub}": each for sub, each in group.items()} if group else {name: command}
        yield from named.items()


def test_a_completion_lists_the_commands_of_each_group() -> None:
    found = {name: each.short_help for name, each in loaded_commands() if " " in name}

    listed = {
        f"{g} {name}": text for g, names in SUBCOMMANDS.items() for name, text in names.items()
    }
    assert listed == found


def test_a_completion_without_the_command_calls_the_same_functions_as_the_command() -> None:
    for name, command in loaded_commands():
        path = name.split()
        for number, param in enumerate(command.params):
            with_values = param._custom_shell_complete is not None
            is_first = not any(isinstance(p, TyperArgument) for p in command.params[:number])
            if isinstance(param, TyperArgument) and is_first:
                assert (values_after(path, path) is not None) == with_values, name
            for option in param.opts if isinstance(param, TyperOption) else ():
                assert (values_after([*path, option], path) is not None) == with_values, option


def test_the_offered_signatures_are_the_presets_of_the_catalog() -> None:
    assert complete_signature() == [*PRESETS]


def test_columns_of_an_entity_are_the_fields_of_its_model(checkout: Checkout) -> None:
    for name, model in entities.models().items():
        assert complete(checkout, f"list {name} --columns ") == list(model.model_fields)


def names_and_urls() -> dict[str, object]:
    """Return all that a login must hold, without values."""
    required = {n: f.annotation for n, f in Deployment.model_fields.items() if f.is_required()}
    return {name: {} if get_origin(kind) else "" for name, kind in required.items()}


def test_the_offered_reasons_are_those_that_the_pages_describe() -> None:
    http = (ROOT / "docs" / "http.md").read_text().partition("| `reason` |")[2]
    dead_letters = (ROOT / "docs" / "dead-letters.md").read_text().partition("## Reasons")[2]
    described = {
        *REASON_ROW.findall(http.partition("\n\n")[0]),
        *REASON_ROW.findall(dead_letters.partition("\n## ")[0]),
    }

    # The API alone refuses an event for its size: such an event is no dead letter.
    assert described - {"too_large"} == set(REASONS)
    assert RETRIES_EXHAUSTED in REASONS


def test_the_counted_rejections_are_those_that_the_pages_describe() -> None:
    tables = [
        (ROOT / "docs" / page).read_text().partition(header)[2].partition("\n\n")[0]
        for page, header in REJECTION_TABLES
    ]

    rows = [row.split("|")[1] for table in tables for row in table.splitlines() if row]
    assert {slug for row in rows for slug in SLUG.findall(row)} == set(REJECTIONS)
