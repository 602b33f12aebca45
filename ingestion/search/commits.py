"""Commits: write entries into a copy of the index, upload it, and swap the pointer.

A crash before the swap leaves the index unchanged. It may leave objects that no pointer names.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.search.entry import Write, models_digest
from ingestion.search.local_files import LocalFiles, delete_folder
from ingestion.search.pointer import (
    POINTER_KEY,
    Files,
    Pointer,
    PointerStore,
    Rebuild,
    StoredPointer,
    SwapLost,
)
from ingestion.search.writing import META, live_files, write_entries

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READER_TIME = timedelta(minutes=10)  # How long a reader may take to load an index.
# A rebuild without a commit for so long is dropped. Lambda runs a failed step three times, for 15
# minutes at most, and waits one and two minutes between: 48 minutes.
REBUILD_TIME = timedelta(hours=1)
MAX_REBUILD_KEYS = 50_000  # About 2 MB of the pointer, which each commit writes.
_PARALLEL_UPLOADS = 8
_MAX_DELETED = 1_000  # S3: the most keys of one call.


@dataclass(frozen=True)
class Commits:
    """The pointer, and the files on the disk.

    `writer_time` is the longest run of a writer: younger objects may still be in use. A rebuild is
    dropped if it has no commit in `rebuild_time`, or if more than `max_rebuild_keys` change
    meanwhile.
    """

    pointers: PointerStore
    local: LocalFiles
    writer_time: timedelta = timedelta(hours=1)
    rebuild_time: timedelta = REBUILD_TIME
    max_rebuild_keys: int = MAX_REBUILD_KEYS

    @classmethod
    def build(cls, s3: "S3Client", bucket: str) -> "Commits":
        """Build the commits of the index in a bucket."""
        return cls(PointerStore(s3, bucket), LocalFiles(s3, bucket))

    def commit(self, base: StoredPointer, writes: Iterable[Write], commit: str) -> Pointer:
        """Apply writes to the index of a pointer. Raises SwapLost, and boto3's errors.

        The entries must have been read after the pointer. An unfinished rebuild gets their keys.
        """
        pointer, keys = base.pointer, list[str]()
        self.local.keep_only(pointer.keys())
        folder = self.local.new_folder(pointer.files)
        try:
            entity_count = write_entries(folder, _collect_keys(writes, keys))
            files = self.upload(folder, pointer.generation, commit, pointer.files)
        finally:
            delete_folder(folder)
        state = {"files": files, "entity_count": entity_count}
        state |= {} if base.etag else {"models_digest": models_digest()}
        rebuild = self._add_keys(pointer.rebuild, keys)
        new = pointer.next(commit, **state, rebuild=rebuild)
        try:
            return self.swap(base, new)
        except SwapLost as lost:
            if lost.current.etag != base.etag:  # Else a write that S3 has not finished may succeed.
                self.discard(new.keys() - pointer.keys(), lost.current.pointer)
            raise

    def upload(self, folder: Path, generation: str, commit: str, known: Files) -> Files:
        """Upload the files of a folder that are not in S3 yet. Return the keys of all its files.

        Each commit has its own keys: two writers may give different files equal names.
        """
        kept = {name: key for name, key in known.items() if name != META}
        files = {
            name: kept.get(name, f"index/{generation}/{commit}/{name}")
            for name in live_files(folder)
        }
        new = [(folder / name, key) for name, key in files.items() if name not in kept]
        with ThreadPoolExecutor(_PARALLEL_UPLOADS) as pool:
            list(pool.map(lambda file: self.local.upload(*file), new))
        return files

    def swap(self, base: StoredPointer, new: Pointer) -> Pointer:
        """Delete the files that expired, then replace the pointer. Raises SwapLost.

        A pointer names the key of a retired file until S3 has deleted the file.
        """
        too_old = datetime.now(UTC) - READER_TIME
        expired = [file.key for file in new.retired if file.since < too_old][:_MAX_DELETED]
        deleted = self._delete(expired)
        left = [file for file in new.retired if file.key not in deleted]
        new = new.model_copy(update={"retired": left})
        self.pointers.swap(new, base.etag)
        self.local.keep_only(new.keys())
        return new

    def discard(self, keys: set[str], current: Pointer) -> None:
        """Delete uploaded objects that the current pointer does not name.

        It may name objects of a lost swap: S3 refuses the repeat of a write that it has stored, and
        another commit may follow the stored one.
        """
        self._delete(keys - current.named_keys())

    def sweep(self, pointer: Pointer) -> int:
        """Delete old objects that the pointer does not name, and return how many there were.

        Crashed writers left them.
        """
        named = {*pointer.named_keys(), POINTER_KEY}
        too_old = datetime.now(UTC) - self.writer_time
        pages = self.local.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.local.bucket, Prefix="index/"
        )
        found = (entry for page in pages for entry in page.get("Contents", []))
        unused = (
            entry["Key"]
            for entry in found
            if entry["Key"] not in named and entry["LastModified"] < too_old
        )
        return len(self._delete(unused))

    def _delete(self, keys: Iterable[str]) -> set[str]:
        """Delete these objects, and return the keys of those that S3 deleted."""
        keys, failed = list(keys), set()
        for first in range(0, len(keys), _MAX_DELETED):
            batch: Any = [{"Key": key} for key in keys[first : first + _MAX_DELETED]]
            response = self.local.s3.delete_objects(
                Bucket=self.local.bucket, Delete={"Objects": batch, "Quiet": True}
            )
            failed |= {error["Key"] for error in response.get("Errors", [])}
        return {*keys} - failed

    def _add_keys(self, rebuild: Rebuild | None, keys: list[str]) -> Rebuild | None:
        """Return the rebuild with more keys to read again, or None if it is dropped."""
        if not rebuild or rebuild.progressed_at < datetime.now(UTC) - self.rebuild_time:
            return None
        noted = list(dict.fromkeys([*rebuild.keys, *keys]))
        too_many = len(noted) > self.max_rebuild_keys
        return None if too_many else rebuild.model_copy(update={"keys": noted})


def _collect_keys(writes: Iterable[Write], keys: list[str]) -> Iterator[Write]:
    """Yield the writes, and add their keys to a list. The texts may be too large to keep."""
    for key, entry in writes:
        keys.append(key)
        yield key, entry
