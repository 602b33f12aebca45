"""The addresses of the pages that look something up."""

from starlette.routing import Route

from ingestion.cli.console.lookups.audit import show_audit
from ingestion.cli.console.lookups.search import show_search
from ingestion.cli.console.lookups.trace import show_trace

routes = [
    Route("/search", show_search),
    Route("/trace", show_trace),
    Route("/audit", show_audit),
]
