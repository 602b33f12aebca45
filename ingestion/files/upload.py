"""An uploaded file, and the keys of the objects that its extraction writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import quote_plus, unquote_plus

from ingestion.syntax.times import timestamp

Folder = Literal["extracted", "inserted", "rejected"]

# The `source` of reports and metrics on folders that belong to no source. No source has this name.
NO_SOURCE = "files"


class UploadKeys(NamedTuple):
    """The keys of the objects that the extraction of one upload writes into the bucket.

    `extracted` holds the events of each part. `rejected` holds the rows of each part that were
    rejected. `inserted` holds a mark for each part whose events are all published, with their
    number.
    """

    source: str
    upload_id: str

    @classmethod
    def from_upload(cls, key: str, version_id: str, default_source: str | None = None) -> Self:
        """Return the keys for one version of an object, the same for each of its S3 events.

        `default_source` is the source of objects directly in `uploads/`, if there is one.
        """
        _, source, *below = key.split("/")
        if not below:
            source = default_source or source
        return cls(source, sha256(f"{key}\n{version_id}".encode()).hexdigest()[:32])

    @classmethod
    def from_part(cls, key: str) -> Self:
        """Return the keys of the upload that a part belongs to."""
        _, source, upload_id, _ = key.split("/")
        return cls(source, upload_id)

    def prefix(self, folder: Folder) -> str:
        """Return how the keys of parts and marks in a folder begin."""
        return f"{folder}/{self.source}/{self.upload_id}/"

    def part_key(self, folder: Folder, number: int) -> str:
        """Return the key of a part's object. Numbers start at 1."""
        return f"{self.prefix(folder)}part-{number:05}.jsonl"

    @property
    def report_key(self) -> str:
        """Return the key of the report."""
        return f"reports/{self.source}/{self.upload_id}.json"


@dataclass(frozen=True)
class Upload:
    """One version of the object `uploads/<source>/…/<name>`, as its S3 event describes it.

    The object `uploads/<name>` belongs to `default_source`, if there is one.

    `uploaded_at` is the event's time. The later of two events of a key has the larger `sequencer`
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
    """

    key: str
    version_id: str | None
    sequencer: str
    uploaded_at: str
    size_bytes: int
    default_source: str | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, Any], default_source: str | None = None) -> Self:
        """Return the upload of an S3 event record, in which keys are URL-encoded."""
        s3_object = record["s3"]["object"]
        return cls(
            unquote_plus(s3_object["key"]),
            s3_object.get("versionId"),
            s3_object["sequencer"],
            timestamp(datetime.fromisoformat(record["eventTime"])),
            s3_object["size"],
            default_source,
        )

    @property
    def record(self) -> dict[str, Any]:
        """Return an S3 event record of the upload, as `from_record` reads it."""
        s3_object = {
            "key": quote_plus(self.key),
            "size": self.size_bytes,
            "sequencer": self.sequencer,
        }
        version = {"versionId": self.version_id} if self.version_id else {}
        return {"eventTime": self.uploaded_at, "s3": {"object": s3_object | version}}

    @property
    def keys(self) -> UploadKeys:
        """Return the keys of what its extraction writes.

        If the bucket has no versioning, each write of the object has its own keys.
        """
        version = self.version_id or self.sequencer
        return UploadKeys.from_upload(self.key, version, self.default_source)

    @property
    def name(self) -> str:
        """Return the file's own name."""
        return self.key.rstrip("/").rpartition("/")[2]
