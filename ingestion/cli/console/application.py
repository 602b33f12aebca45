"""The ASGI application of the console: all pages, behind the checks of a session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from ingestion.cli.console.catalog_edit.routes import routes as catalog_edit_routes
from ingestion.cli.console.dead_letters.routes import routes as dead_letter_routes
from ingestion.cli.console.entities.routes import routes as entity_routes
from ingestion.cli.console.failures import HANDLERS
from ingestion.cli.console.files.routes import routes as file_routes
from ingestion.cli.console.live.routes import routes as live_routes
from ingestion.cli.console.lookups.routes import routes as lookup_routes
from ingestion.cli.console.overview.routes import routes as overview_routes
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.console.session import Session
from ingestion.cli.console.source.routes import routes as source_routes
from ingestion.cli.console.work_pages import routes as work_routes

_STATIC = Path(__file__).with_name("static")


def create_app(runtime: Runtime) -> ASGIApp:
    """Return the application of a runtime."""
    routes: list[Route | Mount] = [
        *overview_routes,
        *live_routes,
        *dead_letter_routes,
        *source_routes,
        *catalog_edit_routes,
        *entity_routes,
        *file_routes,
        *lookup_routes,
        *work_routes,
        Mount("/static", StaticFiles(directory=_STATIC), name="static"),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        runtime.stop()

    pages = Starlette(routes=routes, exception_handlers=HANDLERS, lifespan=lifespan)
    pages.state.runtime = runtime
    return Session(pages, runtime)
