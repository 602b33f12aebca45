"""Finds uploads in the bucket, by their files and by their reports."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ingestion.cli.environment import Deployment
from ingestion.files.bucket import Bucket
from ingestion.files.upload import NO_SOURCE, Upload, UploadKeys
from ingestion.syntax.times import timestamp

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")
_REPORT_KEY = re.compile(rf"reports/([^/]+)/({_UPLOAD_ID.pattern})\.json")


@dataclass(frozen=True)
class FoundUpload:
    """An upload: the keys of its report, the time of the upload, and its file.

    `file` is None if the file is gone. `time` is then that of the last change of the report.
    """

    keys: UploadKeys
    time: datetime
    file: Upload | None = None


def find_uploads(deployment: Deployment, source: str | None = None) -> list[FoundUpload]:
    """Return the uploads of a source, or of all folders, the newest first.

    S3 lists keys by name, and these names do not sort by time. So all keys are listed: one call
    for 1,000 files, and one for 1,000 reports.
    """
    uploads = {found.keys.upload_id: found for found in _files(deployment, source)}
    for upload_id, found in _reports(deployment, source).items():
        if file := uploads.get(upload_id):
            uploads[upload_id] = replace(file, keys=found.keys)
        elif source in (None, found.keys.source):
            uploads[upload_id] = found
    return sorted(uploads.values(), key=lambda found: found.time, reverse=True)


def is_upload_id(text: str) -> bool:
    """Return whether an upload can have this id."""
    return _UPLOAD_ID.fullmatch(text) is not None


def find_upload(deployment: Deployment, upload_id: str, source: str | None) -> FoundUpload | None:
    """Return the upload with this id. Looks for its report at each source, then in all folders."""
    if not is_upload_id(upload_id):
        return None
    bucket = Bucket(deployment.client("s3"), deployment.bucket_name)
    for name in [source] if source else [*deployment.catalog.sources, NO_SOURCE]:
        keys = UploadKeys(name, upload_id)
        if stored := bucket.read_report(keys):
            return FoundUpload(keys, datetime.fromisoformat(stored[0].uploaded_at))
    found = find_uploads(deployment, source)
    return next((each for each in found if each.keys.upload_id == upload_id), None)


def find_newest(deployment: Deployment, name: str, source: str | None) -> FoundUpload | None:
    """Return the newest upload whose file is still there and has this name."""
    found = find_uploads(deployment, source)
    return next((each for each in found if each.file and each.file.name == name), None)


def _files(deployment: Deployment, source: str | None) -> Iterator[FoundUpload]:
    """Yield each version of a file. A deleted file has versions until they expire."""
    known, default = deployment.catalog.sources, deployment.catalog.default_source
    prefix = "uploads/" if source in (None, NO_SOURCE, default) else f"uploads/{source}/"
    pages = deployment.client("s3").get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=deployment.bucket_name, Prefix=prefix):
        for entry in page.get("Versions", []):
            key, version, changed = entry["Key"], entry["VersionId"], entry["LastModified"]
            keys = UploadKeys.from_upload(key, version, default)
            if keys.source not in known:
                keys = keys._replace(source=NO_SOURCE)
            if key.endswith("/") or source not in (None, keys.source):
                continue
            file = Upload(key, version, "0", timestamp(changed), entry["Size"], default)
            yield FoundUpload(keys, changed, file)


def _reports(deployment: Deployment, source: str | None) -> dict[str, FoundUpload]:
    """Return the reports by the id of their upload.

    An upload has two reports if its source was added to the catalog before a retry. The one in the
    folder of the source counts.
    """
    reports: dict[str, FoundUpload] = {}
    prefixes = {f"reports/{NO_SOURCE}/", f"reports/{source}/"} if source else {"reports/"}
    pages = deployment.client("s3").get_paginator("list_objects_v2")
    for prefix in prefixes:
        for page in pages.paginate(Bucket=deployment.bucket_name, Prefix=prefix):
            for entry in page.get("Contents", []):
                named = _REPORT_KEY.fullmatch(entry["Key"])
                if not named:  # Such as a folder that was created in the console.
                    continue
                keys = UploadKeys(*named.groups())
                if keys.source != NO_SOURCE or keys.upload_id not in reports:
                    reports[keys.upload_id] = FoundUpload(keys, entry["LastModified"])
    return reports
