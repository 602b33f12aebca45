"""The URLs of editing and planning."""

from starlette.routing import Route

from ingestion.cli.console.catalog_edit.editor import check_entry, save_entry, show_editor
from ingestion.cli.console.catalog_edit.planning import show_plan, start_plan
from ingestion.cli.console.forms import with_form
from ingestion.cli.console.urls import SOURCES

routes = [
    Route(f"{SOURCES}/{{name}}/edit", show_editor, methods=["GET"]),
    Route(f"{SOURCES}/{{name}}/edit", with_form(save_entry), methods=["POST"]),
    Route(f"{SOURCES}/{{name}}/edit/check", show_editor, methods=["GET"]),  # Read again.
    Route(f"{SOURCES}/{{name}}/edit/check", with_form(check_entry), methods=["POST"]),
    Route(f"{SOURCES}/{{name}}/plan", show_plan, methods=["GET"]),
    Route(f"{SOURCES}/{{name}}/plan", with_form(start_plan), methods=["POST"]),
]
