"""The addresses of the pages of uploaded files."""

from starlette.routing import Route

from ingestion.cli.console.files.listing import list_uploads
from ingestion.cli.console.files.retry import show_retry, start_retry
from ingestion.cli.console.files.upload import show_rejected_rows, show_upload

routes = [
    Route("/files", list_uploads),
    Route("/files/{id}", show_upload),
    Route("/files/{id}/rows", show_rejected_rows),
    Route("/files/{id}/retry", show_retry),
    Route("/files/{id}/retry", start_retry, methods=["POST"]),
]
