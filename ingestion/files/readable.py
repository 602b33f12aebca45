"""Which uploads may be read: those of a source, that are not too large, and not read too often."""

from ingestion.catalog import Catalog, Source
from ingestion.errors import RefusedFile
from ingestion.files.report import READER_VERSION, Report
from ingestion.files.upload import Upload


def readable_source(
    catalog: Catalog, upload: Upload, report: Report, max_runs: int, max_bytes: int
) -> Source:
    """Return the upload's source. Raises RefusedFile if no further row can be read."""
    if report.runs > max_runs:
        raise RefusedFile(
            "too_many_runs",
            f"{max_runs} runs of the extractor read {report.rows} rows and did not reach"
            " the end: split the file, and upload the rows after these",
        )
    if report.rows and report.reader_version != READER_VERSION:
        raise RefusedFile(
            "older_version",
            "an older version read a part of the file and counted its rows in another way:"
            " upload the file again",
        )
    source = catalog.sources.get(upload.keys.source)
    if source is None:
        known = ", ".join(f"uploads/{name}/" for name in catalog.sources)
        raise RefusedFile("unknown_source", f"must be uploaded to one of {known}")
    if upload.size_bytes > max_bytes:
        raise RefusedFile("too_large", f"must have at most {max_bytes} bytes: pack it, or split it")
    return source
