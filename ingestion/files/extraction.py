"""Extract an uploaded file: write its events and rejected rows part by part, and its report.

The end of a part depends on the rows only, so a repeated run writes the same parts.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryFile

from ingestion.catalog import Catalog, Source
from ingestion.errors import RefusedFile
from ingestion.files.archive import open_unpacked
from ingestion.files.balance import settle_report
from ingestion.files.bucket import Bucket, ReportChanged
from ingestion.files.document import Texts
from ingestion.files.document_extraction import DocumentReader, extract_document, text_version
from ingestion.files.mappers.mapped_rows import UploadRules
from ingestion.files.mappers.row_result import RowResult
from ingestion.files.mappers.short_form import version_of
from ingestion.files.parse import extract_rows
from ingestion.files.part import Part, check_rejections
from ingestion.files.progress import Progress
from ingestion.files.readable import readable_source
from ingestion.files.report import Report, new_report
from ingestion.files.timed_stream import OutOfTime, stop_reading
from ingestion.files.upload import NO_SOURCE, Upload, UploadKeys
from ingestion.mapping.outcome import MappingOutOfTime
from ingestion.store.reader import TableReader
from ingestion.syntax.times import timestamp


@dataclass(frozen=True)
class Extraction:
    """The bucket, the sources, the table, and the limits of an extraction.

    `max_bytes` is the space for one upload on the function's disk. A part ends after `part_rows`
    rows or `part_bytes` bytes of events. `max_runs` bounds the runs for one upload: a run that ends
    early, and a retry, count too. `read_document` reads a document, and `new_part` makes an empty
    part.
    """

    bucket: Bucket
    catalog: Catalog
    table: TableReader
    max_bytes: int
    read_document: DocumentReader
    part_rows: int = 5_000
    part_bytes: int = 8 * 1024 * 1024
    max_runs: int = 12
    new_part: Callable[[], Part] = Part

    def extract_upload(
        self,
        upload: Upload,
        has_time_left: Callable[[], bool],
        must_stop: Callable[[], bool],
        count: Callable[[Report], None],
    ) -> Report | None:
        """Extract the upload from the position in its report, and return the report.

        If `has_time_left` returns False after a part, the state is still `extracting`. If
        `must_stop` returns True within a part, that part is not written; if the run has written no
        part, the file is refused. `count` gets the report of a file that is read to its end, before
        it is written: a crash between both hides no refusal. Returns None if the upload was
        extracted before, or if another invocation has changed the report meanwhile: that invocation
        continues.
        """
        extracted = None
        with suppress(ReportChanged):
            report, etag = self._continue(upload) or self._start(upload)
            if report.state == "extracting":
                self._write_parts(upload, report, etag, has_time_left, must_stop, count)
                extracted = report
        for keys in self._report_places(upload):
            settle_report(self.bucket, keys)
        return extracted

    def _report_places(self, upload: Upload) -> list[UploadKeys]:
        """Return where the report may be. The first report goes to the last of these places.

        The reports on all folders that belong to no source have one place. A report in the folder
        itself is that of a source that was removed from the catalog meanwhile.
        """
        keys = upload.keys
        if keys.source in self.catalog.sources:
            return [keys]
        return [keys, keys._replace(source=NO_SOURCE)]

    def _continue(self, upload: Upload) -> tuple[Report, str] | None:
        """Count one more run in the report, if there is one. Raises ReportChanged as `_start`."""
        reports = map(self.bucket.read_report, self._report_places(upload))
        found = next(filter(None, reports), None)
        if found is None or found[0].state != "extracting":
            return found
        report, etag = found
        report.runs += 1
        report.note_rules(self._rules_version(upload), timestamp(datetime.now(UTC)))
        return report, self.bucket.save_report(report, etag)

    def _start(self, upload: Upload) -> tuple[Report, str]:
        """Write a first report. Raises ReportChanged if another invocation has started too."""
        report = new_report(upload, self._report_places(upload)[-1].source)
        report.mapping = self._rules_version(upload)
        return report, self.bucket.save_report(report, None)

    def _rules_version(self, upload: Upload) -> str:
        name = upload.keys.source
        if rules := self.catalog.rules_of(name):
            return rules.version
        source = self.catalog.sources.get(name)
        if source and source.files.are_documents:
            return text_version(source.files)
        return version_of(source) if source else ""

    def _write_parts(
        self,
        upload: Upload,
        report: Report,
        etag: str,
        has_time_left: Callable[[], bool],
        must_stop: Callable[[], bool],
        count: Callable[[Report], None],
    ) -> None:
        """Write each part, and the report after each full part, to the end of the file."""
        parts_before = report.parts
        try:
            for part in self._parts_of(upload, report, must_stop):
                self._write_part(part, upload.keys, report)
                if self._is_full(part):
                    etag = self.bucket.save_report(report, etag)
                    if not has_time_left():
                        return
        except (OutOfTime, MappingOutOfTime):
            if report.parts > parts_before:
                return
            report.refused = "too_slow"
            report.detail = (
                f"a run of the extractor ended within the {self.part_rows} rows after row"
                f" {report.rows}: split the file there, and remove blank rows and very long ones"
            )
        report.state = "inserting"
        report.extracted_at = timestamp(datetime.now(UTC))
        count(report)
        self.bucket.save_report(report, etag)

    def _write_part(self, part: Part, keys: UploadKeys, report: Report) -> None:
        """Count a part in the report, and write its objects."""
        part.count_in(report)
        if part.rejected:
            self.bucket.put_new_object(
                keys.part_key("rejected", report.parts), (row.document for row in part.rejected)
            )
        if part.events:
            self.bucket.put_new_object(keys.part_key("extracted", report.parts), part.events)

    def _parts_of(
        self, upload: Upload, report: Report, must_stop: Callable[[], bool]
    ) -> Iterator[Part]:
        """Yield parts of rows, or write a document at once. A refusal goes into the report."""
        source = self.catalog.sources.get(upload.keys.source)
        if source is None or not source.files.are_documents:
            yield from self._parts(upload, report, must_stop)
            return
        try:
            self._readable_source(upload, report)
            read, texts = self.read_document, Texts(self.bucket, self.table)
            part = extract_document(texts, upload, source.files, report, read, must_stop)
            self._write_part(part, upload.keys, report)
        except RefusedFile as refusal:
            report.refused, report.detail = refusal.reason, refusal.detail

    def _parts(
        self, upload: Upload, report: Report, must_stop: Callable[[], bool]
    ) -> Iterator[Part]:
        """Yield the rows that are not yet counted. A refusal goes into the report.

        Raises OutOfTime within a part if `must_stop` returns True.

        The reader's counts are those of `Progress`, not what a part holds: `balance` compares both.
        """
        part, progress = self.new_part(), Progress.of(report)
        try:
            for result in self._read_rows(upload, report, must_stop):
                if must_stop():
                    raise OutOfTime
                check_rejections(upload, report, part)
                progress.count(result)
                part.add(result)
                if self._is_full(part):
                    progress.write_to(report)
                    yield part
                    part = self.new_part()
        except RefusedFile as refusal:
            report.refused = refusal.reason
            report.detail = refusal.detail
        progress.write_to(report)
        if part.size:
            yield part

    def _is_full(self, part: Part) -> bool:
        return part.size >= self.part_rows or part.event_bytes >= self.part_bytes

    def _read_rows(
        self, upload: Upload, report: Report, must_stop: Callable[[], bool]
    ) -> Iterator[RowResult]:
        source = self._readable_source(upload, report)
        with TemporaryFile() as file:
            self.bucket.download(upload, file)
            file.seek(0)
            with open_unpacked(file, upload.key, upload.size_bytes) as (file_format, unpacked):
                if file_format != "xlsx":  # A workbook has bounds of its own, and must be seekable.
                    unpacked = stop_reading(unpacked, must_stop)
                rules, note = self.catalog.rules_of(upload.keys.source), report.note_missing_columns
                yield from extract_rows(
                    unpacked,
                    file_format,
                    upload,
                    source,
                    UploadRules(rules, must_stop, note) if rules else None,
                    revision=report.revision,
                    rows_before=report.rows,
                    results_before=report.results_of_next_row,
                )

    def _readable_source(self, upload: Upload, report: Report) -> Source:
        return readable_source(self.catalog, upload, report, self.max_runs, self.max_bytes)
