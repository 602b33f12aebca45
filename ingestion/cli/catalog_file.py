"""Reads the catalog from its file, and says in words and with the line what is wrong in it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from entities.declared.yaml_file import BadYaml, Places, parse_yaml
from ingestion.catalog import Catalog
from ingestion.cli.catalog_faults.lost_values import lost_values
from ingestion.cli.catalog_faults.messages import message_of
from ingestion.cli.catalog_faults.places import Place, model_at, place_of, readable
from ingestion.errors import IngestionError

_IN_BRACKETS = "; a comma ends a text inside [ ] or { }: put the expression in quotes"


class BadCatalog(IngestionError):
    """The catalog is invalid. The message names the lines and the keys."""


def read_catalog(file: Path, name: str) -> Catalog:
    """Return the catalog in a file. Raises BadCatalog with messages that begin with the name."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadCatalog(f"{name}: is not UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise BadCatalog(f"{name}: {error.strerror}") from error
    return parse_catalog(text, name)


def parse_catalog(text: str, name: str) -> Catalog:
    """Return the catalog in a text. Raises BadCatalog with messages that begin with the name."""
    try:
        document = parse_yaml(text)
    except BadYaml as error:
        place = f"{name}:{error.line}" if error.line else name
        raise BadCatalog(f"{place}: {error.problem}") from error
    places = Places(text)
    try:
        catalog = Catalog.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        faults.sort(key=lambda fault: fault["type"] == "missing")  # A misspelt key explains it.
        lines = (f"{name}:{_describe(fault, places, document)}" for fault in faults)
        raise BadCatalog("\n".join(lines)) from error
    if found := [*_lost_values(document, places), *_faults_of_rules(catalog, places)]:
        raise BadCatalog("\n".join(f"{name}:{fault}" for fault in found))
    return catalog


def _lost_values(document: Any, places: Places) -> Iterator[str]:
    """Yield the line, the keys and the message of each value that is lost in the models."""
    for place, message in lost_values(document):
        yield f"{places.find_line(place)}: {readable(place, document)}: {message}"


def _faults_of_rules(catalog: Catalog, places: Places) -> Iterator[str]:
    """Yield the line, the source and the message of each fault that only the rules show."""
    for source, settings in catalog.sources.items():
        if settings.map:
            # Commands start without it.
            from ingestion.cli.catalog_faults.rules import faults_of_source

            for fault in faults_of_source(source, settings):
                place = places.find(("sources", source, *fault.path))
                is_cut = place.is_in_brackets and "the expression is not complete" in fault.message
                hint = _IN_BRACKETS if is_cut else ""
                yield f"{place.line}: {source}, {fault.message}{hint}"


def _describe(fault: Any, places: Places, document: Any) -> str:
    """Return the line, the keys and the message of one of pydantic's errors."""
    place = place_of(fault["loc"], document)
    message = message_of(fault, place, model_at(place))
    found = places.find(_path(place, message, fault["input"]))
    if found.is_in_brackets and fault["type"] == "extra_forbidden" and fault["input"] is None:
        message += _IN_BRACKETS
    keys = readable(place, document)
    return f"{found.line}: {keys}: {message}" if keys else f"{found.line}: {message}"


def _path(place: Place, message: str, found: Any) -> Place:
    """Return the keys to the place in the file. A rule of several keys names the first of them."""
    if place:
        rule = message.partition(" ")[0].rstrip(":").split(".")
        return (*place, *rule)
    names = found["sources"] if isinstance(found, dict) and "sources" in found else ()
    named = [name for name in names if name in re.findall(r"[\w-]+", message)]
    return ("sources", *named[-1:])
