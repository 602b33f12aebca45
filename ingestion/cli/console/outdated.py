"""Finds what was deployed or edited after the console started."""

from dataclasses import dataclass, field
from pathlib import Path

import entities
from ingestion.cli.catalog_file import BadCatalog
from ingestion.cli.checkout import FileStamp
from ingestion.cli.environment import Deployment, UnknownEnvironment
from ingestion.cli.sources.check.checked_source import describe_deployed


def has_other_sources(deployment: Deployment, now: Deployment) -> bool:
    """Return whether an environment has other sources now than when the console started."""
    return deployment.queue_urls.keys() != now.queue_urls.keys()


def is_outdated(deployment: Deployment) -> bool:
    """Return whether this machine knows other sources now than when the console started."""
    try:
        now = Deployment.load(deployment.environment, deployment.checkout)
    except UnknownEnvironment:  # It is being deployed or deleted.
        return False
    return has_other_sources(deployment, now)


def with_valid_catalog(deployment: Deployment) -> tuple[Deployment, str | None]:
    """Return the environment, and why the checkout's catalog is invalid, if it is.

    The catalog is the deployed one then. Raises NotLoggedIn and UnknownEnvironment.
    """
    try:
        _ = deployment.catalog
    except BadCatalog as error:
        return describe_deployed(deployment), str(error)
    return deployment, None


def _stamps() -> frozenset[FileStamp | None]:
    files = (file for folder in entities.__path__ for file in Path(folder).glob("[!.]*.*"))
    return frozenset(map(FileStamp.of, files))


@dataclass(frozen=True)
class LoadedEntities:
    """The files of entities when the console started. Python does not load a module again."""

    _at_start: frozenset[FileStamp | None] = field(default_factory=_stamps)

    @property
    def have_changed(self) -> bool:
        """Return whether a file was added, changed or removed."""
        return _stamps() != self._at_start
