"""A shell completes the names that the command knows, through Typer's own protocol."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_origin

import pytest

from infra.tools.paths import ROOT
from ingestion.cli.checkout import THIS_CHECKOUT, Checkout
from ingestion.cli.dlq.names import REASONS
from ingestion.cli.environment import Deployment

# As the script of an installed package, in another checkout than this.
INGEST = """
import sys
from pathlib import Path
from ingestion.cli import app
from ingestion.cli.checkout import Checkout
app.app(obj=Checkout(Path(sys.argv[1])), prog_name="ingest")
"""
REASON_ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def complete(checkout: Checkout, words: str, shell: str = "bash") -> list[str]:
    """Return what the shell offers for the last of these words."""
    config = checkout.root / "config-of-the-user"
    protocol = {
        "bash": {"COMP_WORDS": f"ingest {words}", "COMP_CWORD": str(words.count(" ") + 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": f"ingest {words}"},
    }[shell]
    result = subprocess.run(
        [sys.executable, "-c", INGEST, str(checkout.root)],
        env={
            **os.environ,
            **protocol,
            "_INGEST_COMPLETE": f"complete_{shell}",
            "XDG_CONFIG_HOME": str(config),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stderr == ""
    return re.findall(r"[\w-]+", result.stdout)


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
        ("se", ["send", "secrets"]),
        ("send --source ", ["sourceA", "sourceB", "sourceC"]),
        ("get E", ["EQUIPMENT"]),
        ("tail --entity M", ["MILESTONE"]),
        ("list CONTRACT --env ", ["dev", "prod"]),
        ("dlq list --source u", ["unrouted"]),
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
    assert complete(checkout, "send --source ", "zsh")[1:] == ["sourceA", "sourceB", "sourceC"]


@pytest.mark.parametrize("catalog", ["sources: [", "sources: {sourceA: {pth: a}}", None])
def test_a_broken_catalog_offers_nothing(checkout: Checkout, catalog: str | None) -> None:
    checkout.catalog_file.unlink()
    if catalog is not None:
        checkout.catalog_file.write_text(catalog)

    assert complete(checkout, "send --source ") == []


def test_the_sources_of_a_login_are_offered_for_its_environment(checkout: Checkout) -> None:
    source = {"path": "x", "entities": ["CONTRACT"], "auth": "api_key"}
    login = checkout.root / "config-of-the-user" / "ingest" / "prod.json"
    login.write_text(json.dumps(names_and_urls() | {"sources": {"sourceX": source}}))

    assert complete(checkout, "send --env prod --source ") == ["sourceX"]


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
