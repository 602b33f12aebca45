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
from ingestion.cli.console.dead_letters.selection import ROOT
from ingestion.cli.console.forms import with_form

routes = [
    Route(ROOT, listing.show_list),
    Route(f"{ROOT}/largest", listing.show_largest),
    Route(f"{ROOT}/state", reading.show_state),
    Route(f"{ROOT}/read", with_form(reading.read_again), methods=["POST"]),
    Route(f"{ROOT}/history", single.show_history),
    Route(f"{ROOT}/redrive", redriving.show_redrive),
    Route(f"{ROOT}/redrive", with_form(redriving.redrive), methods=["POST"]),
    Route(f"{ROOT}/edit", editing.show_edit),
    Route(f"{ROOT}/edit", with_form(editing.edit), methods=["POST"]),
    Route(f"{ROOT}/drop", dropping.show_drop),
    Route(f"{ROOT}/drop", with_form(dropping.drop), methods=["POST"]),
    Route(f"{ROOT}/{{queue}}/{{id:path}}", single.show_dead_letter),
]
