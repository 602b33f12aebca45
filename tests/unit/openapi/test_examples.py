"""Every body of the document has an example, and each example fits its schema."""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import jsonschema_rs
import pytest

import entities
from entities.base import Entity
from entities.fields import EntityId
from ingestion.catalog import Catalog
from ingestion.openapi import examples, openapi
from tests.support.factories import catalog_document
from tests.unit.openapi.test_openapi import DOCUMENT, URL


class Body(NamedTuple):
    """A body of a request or a response."""

    place: str
    media_type: dict[str, Any]


def examples_of(media_type: dict[str, Any]) -> list[Any]:
    """Return the example of a body, or its examples."""
    if "example" in media_type:
        return [media_type["example"]]
    return [named["value"] for named in media_type["examples"].values()]


def bodies(document: dict[str, Any]) -> Iterator[Body]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            named = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for name, holder in named.items():
                if "$ref" not in holder:
                    for kind, media_type in holder.get("content", {}).items():
                        yield Body(f"{method} {path} {name} {kind}", media_type)
    for name, holder in document["components"]["responses"].items():
        for kind, media_type in holder["content"].items():
            yield Body(f"{name} {kind}", media_type)


def every_catalog() -> Iterator[dict[str, Any]]:
    """Yield the documents of the catalog, of sources that sign, and of sources with rules."""
    yield DOCUMENT
    catalog = catalog_document()
    del catalog["sources"]["documents"]  # Its entity is fixed, and it has no rules.
    for source in catalog["sources"].values():
        source |= {"auth": "hmac", "entities": ["MILESTONE", "EQUIPMENT"]}
    yield openapi.document(Catalog.model_validate(catalog), URL)
    for source in catalog["sources"].values():
        rule = {"entity": "MILESTONE", "id": "item.id", "fields": {"contract_id": "item.contract"}}
        source |= {"map": [rule], "form": {"json": "payload"}}
    yield openapi.document(Catalog.model_validate(catalog), URL)


BODIES = [
    pytest.param(document, body, id=f"{number} {body.place}")
    for number, document in enumerate(every_catalog())
    for body in bodies(document)
]


def test_every_kind_of_response_is_among_the_bodies() -> None:
    places = " ".join(body.place for body in bodies(DOCUMENT))

    for part in ("post /a request", "202", "207", "422", "429", "503", "put /entities/CONTRACT"):
        assert part in places
    for path in (
        "/entities/CONTRACT",
        "/entities/CONTRACT/{id}",
        "/entities/CONTRACT/{id}/related",
    ):
        assert f"get {path} 200" in places


@pytest.mark.parametrize(("document", "body"), BODIES)
def test_every_body_has_an_example_that_fits_its_schema(
    document: dict[str, Any], body: Body
) -> None:
    schema = body.media_type["schema"] | {"components": document["components"]}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    shown = examples_of(body.media_type)

    for example in shown:
        validator.validate(example)

    assert all(shown)
    assert shown


def test_a_post_has_an_example_of_one_event_and_of_an_array() -> None:
    posts = [body for body in bodies(DOCUMENT) if body.place.endswith(" request application/json")]
    events = [examples_of(body.media_type) for body in posts if len(body.place.split("/")) == 3]

    assert len(events) == len(catalog_document()["sources"])
    for one, several in events:
        assert one["body"].items() >= several[1]["body"].items()
        assert [event.get("operation") for event in several] == [None, "delete"]


@pytest.mark.parametrize("model", entities.models().values(), ids=entities.models())
def test_the_example_of_an_entity_has_every_field(model: type[Entity]) -> None:
    assert examples.complete(model).keys() == model.model_fields.keys()


def test_an_entity_whose_rule_refuses_the_values_has_the_required_fields() -> None:
    class Choice(Entity):
        """One of two."""

        entity_name: ClassVar[str] = "CHOICE"

        choice_id: EntityId
        left: str | None = None
        right: str | None = None

        def model_post_init(self, _: Any) -> None:
            if self.left and self.right:
                raise ValueError("choose one")

    assert examples.complete(Choice) == {"choice_id": "choice-1"}
