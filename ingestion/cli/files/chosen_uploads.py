"""The uploads that the options of a command choose."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

import entities
from ingestion.catalog import SourceName
from ingestion.cli.environment import Deployment
from ingestion.cli.files.found_uploads import (
    FoundUpload,
    find_newest,
    find_upload,
    find_uploads,
    is_upload_id,
)
from ingestion.cli.output import ExitCode, exit_with_error, require_known
from ingestion.files.upload import NO_SOURCE

_source_name = TypeAdapter(SourceName | None)


def wanted_uploads(
    deployment: Deployment, source: str | None, since: datetime | None
) -> list[FoundUpload]:
    """Return the uploads of a source since a time, the newest first.

    The command ends if there is no such source.
    """
    _require_possible(deployment, source)
    found = find_uploads(deployment, source)
    if not found:
        _check_source(deployment, source)
    return [each for each in found if since is None or each.time >= since]


def require_upload(
    deployment: Deployment, upload_id: str, source: str | None = None, *, accepts_name: bool = False
) -> FoundUpload:
    """Return the upload with this id. The command ends if there is none.

    The name of a file means its newest upload, if the command accepts names.
    """
    if not accepts_name and not is_upload_id(upload_id):
        exit_with_error(
            f"{upload_id!r} is not the id of an upload: an id has 32 hexadecimal digits, and"
            f" `{deployment.command('files', 'list')}` prints the ids",
            ExitCode.NOT_FOUND,
        )
    found = find_upload(deployment, upload_id, source)
    if found is None and accepts_name:
        found = find_newest(deployment, upload_id, source)
    if found is None:
        _check_source(deployment, source)
        days = deployment.files_retention_days
        kept = f"expire after {days} days" if days else "are kept until they are deleted"
        exit_with_error(
            f"{deployment.environment} has no upload {upload_id!r}: files and reports {kept}, and"
            f" `{deployment.command('files', 'list')}` prints their ids",
            ExitCode.NOT_FOUND,
        )
    return found


def _require_possible(deployment: Deployment, source: str | None) -> None:
    """End the command if no catalog can have, or had, a source of this name."""
    try:
        _source_name.validate_python(source)
    except ValidationError:
        _check_source(deployment, source)


def _check_source(deployment: Deployment, source: str | None) -> None:
    """End the command if there is no such source. A removed source may have uploads."""
    known = [*deployment.catalog.sources, NO_SOURCE]
    if source is not None:
        require_known(deployment.environment, "source", source, known)


def entity_names(deployment: Deployment, source: str) -> Iterable[str]:
    """Return the entities that the source may send; all if it was removed from the catalog."""
    known = deployment.catalog.sources.get(source)
    return known.entities if known else entities.models()
