"""The words that a shell may complete: environments, sources, queues, entities, reasons, columns.

A TAB must be answered fast, so this module reads names only and imports no model. An unreadable
file has no names to offer, and is no error.
"""

import ast
import json
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import typer

from entities import InvalidEntity, entity_files
from ingestion.cli.checkout import Checkout
from ingestion.cli.dlq.names import OTHER_QUEUES, REASONS
from ingestion.cli.login.known import default_environment, environments, login_file
from ingestion.cli.start.columns import COLUMNS

_PLATFORM_FUNCTIONS = ("api", "query", "search", "changes", "extractor", "inserter", "indexer")
# The last two are kinds, with one function for each source or subscriber.
FUNCTIONS = (*_PLATFORM_FUNCTIONS, "worker", "delivery")
SIGNATURES = ("standard", "svix", "github", "stripe", "shopify", "slack")  # Those of the catalog.


def complete_environment(context: typer.Context) -> list[str]:
    """Return the environments of the checkout and of the logins."""
    return environments(context.find_root().obj)


def complete_source(context: typer.Context) -> list[str]:
    """Return the sources of the environment that --env names, or else of the checkout."""
    checkout: Checkout = context.find_root().obj
    environment = context.params.get("deployment") or default_environment(checkout)
    with suppress(OSError, ValueError):
        is_deployed = checkout.outputs_file(environment).is_file()
        if not is_deployed and (sources := _sources(_read_login(environment))):
            return sources
        return _sources(_read_catalog(checkout))
    return []


def _read_login(environment: str) -> Any:
    file = login_file(environment)
    return json.loads(file.read_bytes()) if file.is_file() else None


def _read_catalog(checkout: Checkout) -> Any:
    from entities.declared.yaml_file import read_yaml

    return read_yaml(checkout.catalog_file)


def _sources(document: Any) -> list[str]:
    sources = document.get("sources") if isinstance(document, dict) else None
    return list(map(str, sources)) if isinstance(sources, dict) else []


def complete_queue(context: typer.Context) -> list[str]:
    """Return the sources, and the queues that belong to no source.

    A shell would insert the names of subscribers without quotes, so it does not offer them.
    """
    return [*complete_source(context), *OTHER_QUEUES]


def complete_function() -> list[str]:
    """Return the functions, and the kinds of those that have two words as their name."""
    return list(FUNCTIONS)


def complete_signature() -> list[str]:
    """Return the presets of signatures."""
    return list(SIGNATURES)


def complete_entity() -> list[str]:
    """Return the entities, by the names of their files."""
    with suppress(InvalidEntity):
        return list(entity_files())
    return []


def complete_reason() -> list[str]:
    """Return the reasons of dead letters."""
    return list(REASONS)


def complete_columns(context: typer.Context, incomplete: str) -> list[str]:
    """Return the chosen columns with each further column of the command's table."""
    command = context.command_path.partition(" ")[2]
    chosen, comma, _ = incomplete.rpartition(",")
    names: Iterable[str] = COLUMNS.get(command, ())
    # TypeError and LookupError: a YAML file with other keys. InvalidEntity is a TypeError.
    with suppress(OSError, ValueError, SyntaxError, TypeError, LookupError):
        names = names or _fields(context.args)
    return [f"{chosen}{comma}{name}" for name in names if name not in chosen.split(",")]


def _fields(words: Iterable[str]) -> list[str]:
    """Return the fields of the entity among these words, as its file names them."""
    files = entity_files()
    named = [files[word] for word in words if word in files]
    return list(chain.from_iterable(map(_fields_in, named)))


def _fields_in(file: Path) -> list[str]:
    if file.suffix == ".yaml":
        from entities.declared.yaml_file import read_yaml

        return list(map(str, read_yaml(file)["fields"]))
    return [
        node.target.id
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and "ClassVar" not in ast.unparse(node.annotation)
    ]
