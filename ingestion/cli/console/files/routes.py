"""The addresses of the pages of uploaded files."""

from starlette.routing import Route

from ingestion.cli.console.files.listing import list_uploads
from ingestion.cli.console.files.retry import show_retry, start_retry
from ingestion.cli.console.files.upload import show_rejected_rows, show_upload
from ingestion.cli.console.urls import FILES

routes = [
    Route(FILES, list_uploads),
    Route(f"{FILES}/{{id}}", show_upload),
    Route(f"{FILES}/{{id}}/rows", show_rejected_rows),
    Route(f"{FILES}/{{id}}/retry", show_retry),
    Route(f"{FILES}/{{id}}/retry", start_retry, methods=["POST"]),
]
