"""Compares the rows of an upload with its published events."""

from datetime import UTC, datetime

from pydantic_core import from_json, to_json

from ingestion.files.bucket import Bucket, ReportChanged
from ingestion.files.report import Report
from ingestion.files.upload import UploadKeys
from ingestion.syntax.times import timestamp
from ingestion.telemetry.metrics import print_metrics


def write_mark(bucket: Bucket, key: str, published: int) -> None:
    """Write the mark of a part, with the number of its published events."""
    bucket.put_new_object(key, [to_json({"published": published})])


def settle_report(bucket: Bucket, keys: UploadKeys) -> None:
    """Set the state to `done` or `unbalanced` once every part is published.

    The last of these runs sets the state: the extractor, or the inserter of the last part. The
    metric is printed before the state is written, so that a crash between both hides no loss.
    """
    found = bucket.read_report(keys)
    if found is None or found[0].state != "inserting":
        return
    report, etag = found
    marks = bucket.list_keys(keys.prefix("inserted"))
    if len(marks) < len(bucket.list_keys(keys.prefix("extracted"))):
        return
    report.published = _published(bucket, marks)
    report.state = "done" if report.is_balanced else "unbalanced"
    report.inserted_at = timestamp(datetime.now(UTC))
    if not report.is_balanced:
        _print_unbalanced(report)
    try:
        bucket.save_report(report, etag)
    except ReportChanged:
        settle_report(bucket, keys)


def _published(bucket: Bucket, marks: list[str]) -> int | None:
    """Return the sum of the marks. Returns None if a mark of an older version has no number."""
    contents = [found[0] for found in map(bucket.get_object, marks) if found]
    if not all(contents):
        return None
    total: int = sum(from_json(content)["published"] for content in contents)
    return total


def _print_unbalanced(report: Report) -> None:
    print_metrics(
        report.source,
        {},
        of_all_sources={"FileUnbalanced": 1},
        upload_id=report.upload_id,
        rows=report.rows,
        accepted=report.accepted,
        ignored=report.ignored,
        rejected=report.rejected,
        events=report.events,
        published=report.published,
    )
