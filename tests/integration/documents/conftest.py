"""Documents on their way through the handlers."""

import json

import pytest

from entities.document import text_key
from ingestion.files.document import document_id
from ingestion.files.upload import Upload, UploadKeys
from tests.integration.cloud import Cloud
from tests.support.factories import Json
from tests.support.invocations import s3_record, upload

SOURCE = "documents"


class Documents:
    """Uploads documents, and runs the functions on them."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self._drops = 0

    def drop(self, name: str, content: bytes, folder: str = "documents/") -> Json:
        """Put a file into a folder of `uploads/`. Return the record of its S3 event."""
        key, self._drops = f"uploads/{folder}{name}", self._drops + 1
        stored = self.cloud.s3.put_object(Bucket=self.cloud.bucket, Key=key, Body=content)
        version, size = stored["VersionId"], len(content)
        order = f"{self._drops:016X}"
        return s3_record(upload(key=key, version_id=version, sequencer=order, size_bytes=size))

    def run(self, *records: Json) -> None:
        """Extract, insert and store."""
        self.cloud.extract(*records)
        self.cloud.insert()
        self.store()

    def store(self) -> None:
        self.cloud.serve(SOURCE)
        assert self.cloud.work(*self.cloud.queued(SOURCE)) == []

    def keys(self, record: Json) -> UploadKeys:
        return Upload.from_record(record, SOURCE).keys

    def report(self, record: Json) -> Json:
        found: Json = json.loads(self.cloud.content(self.keys(record).report_key))
        return found

    def text_key(self, record: Json) -> str:
        return text_key(SOURCE, document_id(Upload.from_record(record, SOURCE)))

    def text(self, record: Json) -> Json:
        """Return the object that holds the text of a document."""
        found: Json = json.loads(self.cloud.content(self.text_key(record)))
        return found

    @property
    def rows(self) -> dict[str, Json]:
        """Return the stored documents by their id."""
        return {row["document_id"]: row for row in self.cloud.listed("DOCUMENT").values()}


@pytest.fixture
def documents(cloud: Cloud) -> Documents:
    return Documents(cloud)
