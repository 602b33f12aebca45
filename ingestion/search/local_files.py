"""Files of indexes on the function's disk, each downloaded once."""

import atexit
import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import cache
from http import HTTPStatus
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import uuid4

from botocore.exceptions import ClientError

from ingestion.aws.conditional_put import status_of
from ingestion.search.pointer import IndexDamaged

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PARALLEL_DOWNLOADS = 8
_PREFIX = "ingestion-search-"  # Of the names of the directories of processes.


class FileMissing(IndexDamaged):
    """A file of the index is not in S3."""


@cache
def _own_directory() -> Path:
    """Return the directory of this process. Delete those of processes that have ended.

    Lambda ends a process without notice and keeps the disk. A lock ends with its process.
    """
    parent = Path(gettempdir())
    for left in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # Also one of another user, or that another process deletes.
            os.close(_lock(left))
            shutil.rmtree(left)
    unlocked = Path(mkdtemp(prefix="unlocked-"))
    _lock(unlocked)
    directory = unlocked.rename(parent / f"{_PREFIX}{uuid4().hex}")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


def _lock(directory: Path) -> int:
    """Lock a directory until the process ends or closes it. Raises BlockingIOError."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        flock(opened, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        os.close(opened)
        raise
    return opened


def _new_directory() -> Path:
    return Path(mkdtemp(dir=_own_directory()))


@dataclass(frozen=True)
class LocalFiles:
    """Copies of a bucket's files. An index is a folder of links to them, under their names."""

    s3: "S3Client"
    bucket: str
    directory: Path = field(default_factory=_new_directory)

    def new_folder(self, files: Mapping[str, str]) -> Path:
        """Return a new folder with these files. The caller deletes it. Raises FileMissing."""
        with ThreadPoolExecutor(_PARALLEL_DOWNLOADS) as pool:
            list(pool.map(self._download, files.values()))
        folder = Path(mkdtemp(prefix="index-", dir=self.directory))
        for name, key in files.items():
            os.link(self._copy_of(key), folder / name)
        return folder

    def upload(self, file: Path, key: str) -> None:
        """Upload a file of a folder, and keep it as the copy of the object."""
        self.s3.upload_file(str(file), self.bucket, key)
        os.link(file, self._copy_of(key))

    def keep_only(self, keys: set[str]) -> None:
        """Delete the copies of other objects, which a commit that failed may have left.

        A file that is open stays readable.
        """
        kept = {self._copy_of(key) for key in keys}
        for copy in self.directory.glob("copy-*"):
            if copy not in kept:
                copy.unlink()

    def _copy_of(self, key: str) -> Path:
        return Path(self.directory, f"copy-{quote(key, safe='')}")

    def _download(self, key: str) -> None:
        copy = self._copy_of(key)
        if copy.exists():
            return
        unfinished = copy.with_name(f"unfinished-{copy.name}")
        try:
            self.s3.download_file(self.bucket, key, str(unfinished))
        except ClientError as error:
            if status_of(error) == HTTPStatus.NOT_FOUND:
                raise FileMissing from error
            raise
        unfinished.rename(copy)


def delete_folder(folder: Path) -> None:
    """Delete a folder of an index. The files that it has open stay readable."""
    shutil.rmtree(folder, ignore_errors=True)
