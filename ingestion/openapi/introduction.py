"""The texts that introduce the document: a quickstart, the keys, and its sections."""

import json

from entities import models
from ingestion.catalog import Catalog, Source
from ingestion.http.docs.description import API_URL
from ingestion.intake.media_type import JSON
from ingestion.openapi import examples

_PURPOSE = """\
Sources send events and files. One table holds the newest state of each entity. Readers get this
state.
"""
_POST = """
## Quickstart

Post an event as `{source}`. Set `KEY` to a key of this source:

```sh
curl -i '{url}/{path}' -H "x-api-key: $KEY" -H 'Content-Type: {json}' \\
  -d '{event}'
```
"""
_READ = """
A second later, read the entity. Set `READER_KEY` to the key of readers:

```sh
curl -i '{url}/entities/{name}/{id}' -H "x-api-key: $READER_KEY"
```
"""
_KEYS = """
## Keys

The operator of this platform creates all keys. `make outputs` prints them: `api_keys` has one for
each source and one for corrections (`operator`), `reader_api_key` is for readers.

To rotate a key, ask the operator for the next one, in `next_api_keys`. Both keys are valid, so
change to the next one at any time. The operator then makes the earlier key invalid.
"""


def description(catalog: Catalog) -> str:
    """Return the introduction in Markdown."""
    with_key = {name: s for name, s in catalog.sources.items() if s.auth == "api_key" and not s.map}
    if not with_key:
        return _PURPOSE + _KEYS
    name, source = next(iter(with_key.items()))
    model = models()[source.entities[0]]
    entity = examples.complete(model)
    post = _POST.format(
        source=name,
        url=API_URL,
        path=source.path,
        json=JSON,
        event=json.dumps({"entity_name": model.entity_name, "body": entity}),
    )
    read = _READ.format(url=API_URL, name=model.entity_name, id=entity[model.id_field()])
    return _PURPOSE + post + read + _KEYS


def tags(catalog: Catalog) -> dict[str, str]:
    """Return the description of each section: one for each source and each entity."""
    sources = {
        name: f"The source `{name}` posts {_what(source)} and uploads files of"
        f" {', '.join(source.entities)}. Authentication: `{source.auth}`."
        for name, source in catalog.sources.items()
    }
    entities = {
        name: f"{' '.join((model.__doc__ or name).split())} Readers get the stored entities, and"
        " the operator corrects them."
        for name, model in models().items()
    }
    others = {
        "search": "Readers find entities by their words.",
        "description": "Where this API is described.",
    }
    return sources | entities | others


def _what(source: Source) -> str:
    return "payloads that its rules turn into events," if source.map else "events"
