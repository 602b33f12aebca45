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

routes = [
    Route("/entities", list_entities),
    Route("/entities/correct/{entity}/{id:path}", show_correction),
    Route("/entities/correct/{entity}/{id:path}", with_form(send_correction), methods=["POST"]),
    Route("/entities/delete/{entity}/{id:path}", show_deletion),
    Route("/entities/delete/{entity}/{id:path}", with_form(send_deletion), methods=["POST"]),
    Route("/entities/related/{entity}/{id:path}", show_branch),
    Route("/entities/{entity}/{id:path}", show_entity),
]
