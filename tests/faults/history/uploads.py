"""Uploads the files of a run as their sources do, and reads what became of them."""

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import httpx

from infra.tools.errors import SetupError
from ingestion.cli.client.posting import NotAllowed, Unreachable
from ingestion.cli.client.uploader import NotUploaded, upload_file
from ingestion.cli.environment import Deployment, load_catalog
from ingestion.files.bucket import Bucket
from ingestion.files.report import Report
from ingestion.files.upload import UploadKeys
from tests.faults.history.files import File

PAUSE_SECONDS = 0.5
SETTLE_SECONDS = 240
TIMEOUT_SECONDS = 35


@dataclass(frozen=True)
class Account:
    """The platform's account of one upload of a file: the report, and the rejected lines."""

    name: str
    report: Report
    rejected_lines: list[int]


@dataclass(frozen=True)
class Uploads:
    """Uploads files on time. `uploaded` has the keys of each upload that was answered."""

    deployment: Deployment
    deadline: float
    uploaded: list[UploadKeys] = field(default_factory=list)
    _uploading: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def bucket(self) -> Bucket:
        """Return the bucket of files."""
        return Bucket(self.deployment.client("s3"), self.deployment.bucket_name)

    def start(self, files: list[File]) -> threading.Thread:
        """Upload in a thread of its own."""
        thread = threading.Thread(target=self._upload_all, args=(files,), daemon=True)
        thread.start()
        return thread

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Upload nothing within the block, which begins when every upload is settled.

        The emulator forgets S3's notifications when it restarts. AWS keeps them.
        """
        with self._uploading:
            self.await_settled()
            yield

    def await_settled(self) -> None:
        """Wait until every report is final. Raises SetupError after `SETTLE_SECONDS`."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while unsettled := [keys for keys in self.uploaded if not self._is_settled(keys)]:
            if time.monotonic() > deadline:
                raise SetupError(f"{len(unsettled)} uploads have no final report.")
            time.sleep(PAUSE_SECONDS)

    def accounts(self, run: str) -> list[Account]:
        """Return the account of every upload of this run, also of uploads without an answer."""
        found: list[Account] = []
        for key in self.bucket.list_keys("reports/"):
            content = self.bucket.get_object(key)
            report = Report.model_validate_json(content[0] if content else b"")
            name = report.key.rpartition("/")[2]
            if name.startswith(f"{run}-"):
                found.append(Account(name, report, self._rejected_lines(report)))
        return found

    def _is_settled(self, keys: UploadKeys) -> bool:
        report = self.bucket.read_report(keys)
        return report is not None and report[0].is_settled

    def _rejected_lines(self, report: Report) -> list[int]:
        keys = UploadKeys(report.source, report.upload_id)
        parts = [
            content[0].splitlines()
            for key in self.bucket.list_keys(keys.prefix("rejected"))
            if (content := self.bucket.get_object(key))
        ]
        return [json.loads(line)["line"] for part in parts for line in part]

    def _upload_all(self, files: list[File]) -> None:
        started = time.monotonic()
        for file in files:
            time.sleep(max(0.0, started + file.at - time.monotonic()))
            with self._uploading:
                self._upload_until_answered(file)

    def _upload_until_answered(self, file: File) -> None:
        url = f"{self.deployment.api_url}/{load_catalog().sources[file.source].path}"
        headers = {"x-api-key": self.deployment.api_keys[file.source]}
        while time.monotonic() < self.deadline:
            try:
                with httpx.Client(headers=headers, timeout=TIMEOUT_SECONDS) as http:
                    content = io.BytesIO(file.content)
                    size_bytes, find_version = len(file.content), self.bucket.find_version
                    keys = upload_file(http, url, file.name, content, size_bytes, find_version)
                self.uploaded.append(keys)
            except (NotAllowed, NotUploaded, Unreachable, KeyError):
                time.sleep(PAUSE_SECONDS)
            else:
                return
