"""A dropped file: its place in the bucket, and the places of the objects made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import unquote_plus

from ingestion.event import timestamp

Folder = Literal["extracted", "inserted", "rejected"]


class Import(NamedTuple):
    """What the extraction of one upload writes into the bucket.

    `extracted` holds the events of each part. `rejected` holds the rows of each part that were
    rejected. `inserted` holds a mark for each part that the router took as a whole.
    """

    source: str
    upload_id: str

    @classmethod
    def of_version(cls, key: str, version_id: str) -> Self:
        """Return the import of one version of an object, the same for each of its S3 events."""
        source = key.split("/")[1]
        return cls(source, sha256(f"{key}\n{version_id}".encode()).hexdigest()[:32])

    @classmethod
    def of_part(cls, key: str) -> Self:
        """Return the import that a part belongs to."""
        _, source, upload_id, _ = key.split("/")
        return cls(source, upload_id)

    def folder(self, name: Folder) -> str:
        """Return the prefix of the objects of one kind."""
        return f"{name}/{self.source}/{self.upload_id}/"

    def part(self, folder: Folder, number: int) -> str:
        """Return the key of a part's object. Numbers start at 1."""
        return f"{self.folder(folder)}part-{number:05}.jsonl"

    @property
    def report_key(self) -> str:
        """Return the key of the report."""
        return f"reports/{self.source}/{self.upload_id}.json"


@dataclass(frozen=True)
class Upload:
    """One version of the object `uploads/<source>/…/<name>`, as its S3 event describes it.

    `uploaded_at` is the event's time. The later of two events of a key has the larger `sequencer`
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
    """

    key: str
    version_id: str | None
    sequencer: str
    uploaded_at: str
    size_bytes: int

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the upload of an S3 event record, in which keys are URL-encoded."""
        found = record["s3"]["object"]
        return cls(
            unquote_plus(found["key"]),
            found.get("versionId"),
            found["sequencer"],
            timestamp(datetime.fromisoformat(record["eventTime"])),
            found["size"],
        )

    @property
    def outcome(self) -> Import:
        """Return its import. Without versioning, each write of an object has its own import."""
        return Import.of_version(self.key, self.version_id or self.sequencer)
