"""Files of indexes on the function's disk, each downloaded once."""

import atexit
import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import ClientError

from ingestion.errors import IngestionError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DOWNLOADS = 8  # At a time.


class FileDeleted(IngestionError):
    """A file of the index was deleted, because a newer index replaced it long ago."""


def _new_directory() -> Path:
    """Return a new directory, which is deleted when the process ends."""
    directory = Path(mkdtemp(prefix="search-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


@dataclass(frozen=True)
class LocalFiles:
    """Copies of a bucket's files. An index is a folder of links to them, under their names."""

    s3: "S3Client"
    bucket: str
    directory: Path = field(default_factory=_new_directory)

    def new_folder(self, files: Mapping[str, str]) -> Path:
        """Return a new folder with these files. The caller deletes it. Raises FileDeleted."""
        folder = Path(mkdtemp(prefix="index-", dir=self.directory))
        with ThreadPoolExecutor(_DOWNLOADS) as pool:
            list(pool.map(self._download, files.values()))
        for name, key in files.items():
            os.link(self._copy_of(key), folder / name)
        return folder

    def upload(self, file: Path, key: str) -> None:
        """Upload a file of a folder, and keep it as the copy of the object."""
        self.s3.upload_file(str(file), self.bucket, key)
        os.link(file, self._copy_of(key))

    def keep_only(self, keys: set[str]) -> None:
        """Delete the copies of other objects. A file that is open stays readable."""
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
            if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                raise FileDeleted(key) from error
            raise
        unfinished.rename(copy)


def delete_folder(folder: Path) -> None:
    """Delete a folder of an index. The files that it has open stay readable."""
    shutil.rmtree(folder, ignore_errors=True)
