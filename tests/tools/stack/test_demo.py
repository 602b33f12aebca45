"""The demo says before it starts which source of the catalog it cannot use."""

from typing import Any

import pytest

from infra.tools.errors import SetupError
from infra.tools.stack.demo import FILES, check_sources
from ingestion.catalog import Catalog

NATIVE = {"path": "a", "entities": ["EQUIPMENT"], "auth": "api_key"}
MAPPED = NATIVE | {"map": [{"entity": "EQUIPMENT", "id": "payload.id"}]}


def catalog(**changed: Any) -> Catalog:
    sources = {name: NATIVE | {"path": name.lower()} for name in FILES} | changed
    return Catalog.model_validate({"sources": sources})


def test_a_source_with_rules_is_named() -> None:
    with pytest.raises(SetupError, match=r"^sourceB has `map` in config/sources.yaml: the demo"):
        check_sources(catalog(sourceB=MAPPED))


def test_a_missing_source_is_named() -> None:
    sources = {name: source for name, source in catalog().sources.items() if name != "sourceC"}

    with pytest.raises(SetupError, match=r"^sourceC is missing in config/sources.yaml: the demo"):
        check_sources(Catalog(sources=sources))
