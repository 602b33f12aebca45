"""The routes of the pages of dead letters."""

from starlette.routing import Route

from ingestion.cli.console.dead_letters import (
    dropping,
    editing,
    listing,
    reading,
    redriving,
    single,
)
from ingestion.cli.console.forms import with_form
from ingestion.cli.console.urls import DEAD_LETTERS

routes = [
    Route(DEAD_LETTERS, listing.show_list),
    Route(f"{DEAD_LETTERS}/largest", listing.show_largest),
    Route(f"{DEAD_LETTERS}/state", reading.show_state),
    Route(f"{DEAD_LETTERS}/read", with_form(reading.read_again), methods=["POST"]),
    Route(f"{DEAD_LETTERS}/history", single.show_history),
    Route(f"{DEAD_LETTERS}/redrive", redriving.show_redrive),
    Route(f"{DEAD_LETTERS}/redrive", with_form(redriving.start_redrive), methods=["POST"]),
    Route(f"{DEAD_LETTERS}/edit", editing.show_edit),
    Route(f"{DEAD_LETTERS}/edit", with_form(editing.start_edit), methods=["POST"]),
    Route(f"{DEAD_LETTERS}/drop", dropping.show_drop),
    Route(f"{DEAD_LETTERS}/drop", with_form(dropping.start_drop), methods=["POST"]),
    Route(f"{DEAD_LETTERS}/{{queue}}/{{id:path}}", single.show_dead_letter),
]
