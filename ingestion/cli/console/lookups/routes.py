"""The addresses of the pages that look something up."""

from starlette.routing import Route

from ingestion.cli.console.lookups.audit import show_audit
from ingestion.cli.console.lookups.search import show_search
from ingestion.cli.console.lookups.trace import show_trace
from ingestion.cli.console.urls import AUDIT, SEARCH, TRACE

routes = [
    Route(SEARCH, show_search),
    Route(TRACE, show_trace),
    Route(AUDIT, show_audit),
]
