"""The pointer object: which files in S3 are the index, replaced on the condition of its ETag."""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingestion.aws.conditional_put import put_conditionally, status_of
from ingestion.errors import IngestionError, TransientFailure

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

POINTER_KEY = "index/current.json"
LEASE_POLL_SECONDS = 0.2

Files = dict[str, str]  # The key of each file of an index, by the file's name.


class Retired(BaseModel):
    """A file that the index stopped using at `since`. A reader may still load it."""

    key: str
    since: datetime


class Rebuild(BaseModel):
    """A new index that grows beside the current one, until it replaces it.

    `after` is the key of the last row that was read from the table. `keys` are the entities that
    changed since the last commit of the new index, which was at `progressed_at`. A rebuild that
    stays without a commit for too long is dropped. `models_digest` identifies the models of its
    first step. If they change meanwhile, the new index is outdated when it becomes the current one.
    """

    generation: str
    models_digest: str = ""
    files: Files = {}
    entity_count: int = 0
    after: str | None = None
    keys: list[str] = []
    progressed_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class Lease(BaseModel):
    """Which writer alone may commit until a time, because it lost a swap."""

    writer: str
    until: datetime


class Pointer(BaseModel):
    """The current index: its files, how many entities it has, and files that may be deleted.

    `models_digest` identifies the models of the entries: see `entry.models_digest`. `is_complete`
    says that a rebuild read the whole table: the first commits hold only what changed.
    """

    model_config = ConfigDict(frozen=True)

    generation: str
    commit: str
    files: Files = {}
    entity_count: int = 0
    models_digest: str = ""
    is_complete: bool = False
    retired: list[Retired] = []
    rebuild: Rebuild | None = None
    lease: Lease | None = None

    def next(self, commit: str, **changes: object) -> "Pointer":
        """Return the next pointer. It retires the files that it does not use any more."""
        made = self.model_copy(update={**changes, "commit": commit, "lease": None})
        since = datetime.now(UTC)
        dropped = sorted(self.keys() - made.keys())
        retired = [*made.retired, *(Retired(key=key, since=since) for key in dropped)]
        return made.model_copy(update={"retired": retired})

    def is_leased_to_another(self, writer: str) -> bool:
        """Return whether another writer has the lease."""
        lease = self.lease
        return lease is not None and lease.writer != writer and datetime.now(UTC) < lease.until

    def keys(self) -> set[str]:
        """Return the keys of all files in use, also of an unfinished index."""
        return {*self.files.values(), *(self.rebuild.files.values() if self.rebuild else ())}

    def named_keys(self) -> set[str]:
        """Return the keys of all files in use, and of those that are deleted later."""
        return self.keys() | {file.key for file in self.retired}


class StoredPointer(NamedTuple):
    """The pointer, and its ETag; None if there is no index yet."""

    pointer: Pointer
    etag: str | None


class IndexDamaged(TransientFailure):
    """A file of the index is missing or damaged. A rebuild replaces it."""

    def __init__(self) -> None:
        super().__init__("IndexDamaged")


class PointerDamaged(IndexDamaged):
    """The pointer object holds no pointer. A rebuild replaces the object with this ETag."""

    def __init__(self, etag: str) -> None:
        super().__init__()
        self.etag = etag


class SwapLost(IngestionError):
    """Another writer replaced the pointer first. `current` is the pointer that was read then."""

    def __init__(self, current: StoredPointer) -> None:
        super().__init__(current.pointer.commit)
        self.current = current


def new_id() -> str:
    """Return the id of a commit or a generation."""
    return uuid4().hex


@dataclass(frozen=True)
class PointerStore:
    """The pointer in its bucket. Retries a write that conflicts for up to `conflict_seconds`."""

    s3: "S3Client"
    bucket: str
    conflict_seconds: float = 5

    def read(self) -> StoredPointer:
        """Return the pointer, or an empty one if there is none. Raises PointerDamaged."""
        return self.read_if_changed(None) or StoredPointer(
            Pointer(generation=new_id(), commit=""), None
        )

    def read_or_replace(self) -> StoredPointer:
        """Return the pointer, or an empty one that may replace a damaged one."""
        try:
            return self.read()
        except PointerDamaged as damaged:
            return StoredPointer(Pointer(generation=new_id(), commit=""), damaged.etag)

    def read_if_changed(self, etag: str | None) -> StoredPointer | None:
        """Return the pointer unless it has this ETag or does not exist. Raises PointerDamaged."""
        condition = {"IfNoneMatch": etag} if etag else {}
        try:
            response = self.s3.get_object(Bucket=self.bucket, Key=POINTER_KEY, **condition)  # type: ignore[arg-type]
        except ClientError as error:
            if status_of(error) not in (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_MODIFIED):
                raise
            return None
        try:
            return StoredPointer(
                Pointer.model_validate_json(response["Body"].read()), response["ETag"]
            )
        except ValidationError as error:
            raise PointerDamaged(response["ETag"]) from error

    def read_when_free(self, writer: str, deadline: float) -> StoredPointer:
        """Return the pointer as soon as no other writer has the lease.

        Raises TransientFailure after the deadline (of `time.monotonic`), and PointerDamaged.
        """
        while (read := self.read()).pointer.is_leased_to_another(writer):
            if time.monotonic() > deadline:
                raise TransientFailure("IndexSwapLost")
            time.sleep(LEASE_POLL_SECONDS)
        return read

    def take_lease(self, writer: str, seconds: float) -> None:
        """Take the lease for this time, unless another writer has it. The next commit ends it.

        A large batch takes longer, and would lose to small ones again and again. The commit's id
        stays, so the writer of that commit still sees that the index has it.
        """
        pointer, etag = self.read()
        if etag and not pointer.is_leased_to_another(writer):
            lease = Lease(writer=writer, until=datetime.now(UTC) + timedelta(seconds=seconds))
            with suppress(SwapLost):  # Another commit was first. The writer may lose once more.
                self.swap(pointer.model_copy(update={"lease": lease}), etag)

    def swap(self, new: Pointer, etag: str | None) -> None:
        """Replace the pointer that has this ETag, or write the first one. Raises SwapLost."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        body = new.model_dump_json().encode()
        place = {"Bucket": self.bucket, "Key": POINTER_KEY, "ContentType": "application/json"}
        try:
            put_conditionally(self.s3, self.conflict_seconds, Body=body, **place, **condition)
        except ClientError as error:
            lost = (HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT)
            if status_of(error) not in lost:
                raise
            current = self.read()
            if current.pointer.commit != new.commit:  # Else only S3's response was lost.
                raise SwapLost(current) from error
