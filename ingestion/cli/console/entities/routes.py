"""The addresses of the pages of entities.

The names of entities are in capitals, so no entity is named like an action.
"""

from starlette.routing import Route

from ingestion.cli.console.entities.corrections import (
    send_correction,
    send_deletion,
    show_correction,
    show_deletion,
)
from ingestion.cli.console.entities.entity import show_entity
from ingestion.cli.console.entities.listing import list_entities
from ingestion.cli.console.entities.relations import show_branch
from ingestion.cli.console.forms import with_form
from ingestion.cli.console.urls import ENTITIES

_ENTITY = "{entity}/{id:path}"

routes = [
    Route(ENTITIES, list_entities),
    Route(f"{ENTITIES}/correct/{_ENTITY}", show_correction),
    Route(f"{ENTITIES}/correct/{_ENTITY}", with_form(send_correction), methods=["POST"]),
    Route(f"{ENTITIES}/delete/{_ENTITY}", show_deletion),
    Route(f"{ENTITIES}/delete/{_ENTITY}", with_form(send_deletion), methods=["POST"]),
    Route(f"{ENTITIES}/related/{_ENTITY}", show_branch),
    Route(f"{ENTITIES}/{_ENTITY}", show_entity),
]
