"""The index that a query reads: the newest commit, loaded once and kept on the disk."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tantivy import Searcher

from ingestion.errors import TransientFailure
from ingestion.search.local_files import FileMissing, LocalFiles, delete_folder
from ingestion.search.pointer import IndexDamaged, PointerStore, StoredPointer
from ingestion.search.schema import finding_damage, open_index

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LOADS = 3  # Each reads the pointer again.


@dataclass
class IndexReader:
    """Loads the current index. Reads the pointer again after `max_age_seconds`.

    `models_digest` identifies the models of the loaded index.
    """

    pointers: PointerStore
    local: LocalFiles
    max_age_seconds: float
    _etag: str | None = field(default=None, init=False)
    _folder: Path | None = field(default=None, init=False)
    _searcher: Searcher | None = field(default=None, init=False)
    _looked_at: float | None = field(default=None, init=False)
    models_digest: str = field(default="", init=False)

    @classmethod
    def build(cls, s3: "S3Client", bucket: str, max_age_seconds: float = 2) -> Self:
        """Build the reader of the index in a bucket."""
        return cls(PointerStore(s3, bucket), LocalFiles(s3, bucket), max_age_seconds)

    def searcher(self) -> Searcher | None:
        """Return a searcher of the current index, or None if there is no index yet.

        Raises boto3's errors, IndexDamaged, and TransientFailure if the index is replaced faster
        than loaded.
        """
        now = time.monotonic()
        if self._looked_at is None or now - self._looked_at >= self.max_age_seconds:
            self._update()
            self._looked_at = now
        return self._searcher

    def _update(self) -> None:
        missed = None
        for _ in range(_LOADS):
            read = self.pointers.read_if_changed(self._etag)
            if read is None:
                return
            try:
                self._load(read)
            except FileMissing:
                if read.etag == missed:  # No newer index replaced the file.
                    raise
                missed = read.etag
                continue
            return
        raise TransientFailure("IndexReplaced")

    def _load(self, read: StoredPointer) -> None:
        if read.pointer.files:  # None before the first commit.
            folder = self.local.new_folder(read.pointer.files)
            try:
                self._searcher = _open_searcher(folder)
            except IndexDamaged:
                delete_folder(folder)
                raise
            if self._folder:
                delete_folder(self._folder)
            self._folder = folder
        self.local.keep_only({*read.pointer.files.values()})
        self._etag, self.models_digest = read.etag, read.pointer.models_digest


def _open_searcher(folder: Path) -> Searcher:
    """Return a searcher of the index in a folder. Raises IndexDamaged."""
    index = open_index(folder)
    with finding_damage():
        index.config_reader("manual")  # Otherwise a thread watches the folder.
        index.reload()
        return index.searcher()
