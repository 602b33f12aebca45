"""The runtimes of the functions, built in the environment that Terraform plans for them."""

import json
import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import boto3
import pytest

from ingestion.aws.retry import FIRST_PAUSE_SECONDS
from ingestion.handlers import (
    api,
    changes,
    delivery,
    extractor,
    indexer,
    inserter,
    query,
    search,
    worker,
)
from tests.integration.resources import Resources
from tests.support.factories import catalog_document
from tests.support.terraform.planned import Function, Plan

Publishing = TypeVar("Publishing", api.Runtime, inserter.Runtime, changes.Runtime)
MAX_UPLOAD_BYTES = 1_000_000


class Runtimes(Resources):
    """Each runtime is built on its first use. `environment` holds the functions' variables."""

    def __init__(
        self,
        environment: pytest.MonkeyPatch,
        folder: Path,
        session: boto3.Session,
        plan: Plan,
    ) -> None:
        super().__init__(plan)
        self.environment = environment
        self._session = session
        self._first_pause_seconds = FIRST_PAUSE_SECONDS
        self.catalog_file = folder / "sources.json"
        self.openapi_file = folder / "openapi.json"
        self._set_environment()

    @cached_property
    def api_runtime(self) -> api.Runtime:
        """What the API works with; a test may put another in its place."""
        return self._paused(api.Runtime.build(self._session))

    @cached_property
    def query_runtime(self) -> query.Runtime:
        """What the read API works with."""
        return query.Runtime.build(self._session)

    @cached_property
    def worker_runtime(self) -> worker.Runtime:
        """Return the worker's runtime, with enough time for a busy machine."""
        built = worker.Runtime.build(self._session)
        return replace(built, store_seconds=20, first_pause_seconds=self._first_pause_seconds)

    @cached_property
    def extractor_runtime(self) -> extractor.Runtime:
        """What the extractor works with."""
        return extractor.Runtime.build(self._session)

    @cached_property
    def inserter_runtime(self) -> inserter.Runtime:
        """What the inserter works with."""
        return self._paused(inserter.Runtime.build(self._session))

    @cached_property
    def changes_runtime(self) -> changes.Runtime:
        """What the function of the change feed works with."""
        return self._paused(changes.Runtime.build(self._session))

    @cached_property
    def indexer_runtime(self) -> indexer.Runtime:
        """What the indexer of search works with."""
        assert self.messaging
        assert self.s3
        return indexer.Runtime.build(self._session)

    @cached_property
    def search_runtime(self) -> search.Runtime:
        """What the search function works with."""
        assert self.s3
        return search.Runtime.build(self._session)

    @cached_property
    def delivery_runtime(self) -> delivery.Runtime:
        """What the function of the subscriber works with."""
        return delivery.Runtime.build(self._session)

    def pause(self, first_pause_seconds: float) -> None:
        """Set the first pause of all functions before a retry."""
        self._first_pause_seconds = first_pause_seconds
        self.rebuild()

    def rebuild(self) -> None:
        """Build every runtime again before its next use, as the environment is by then."""
        for name in [name for name in vars(self) if name.endswith("_runtime")]:
            delattr(self, name)

    def serve(self, source: str, dead_letter_queue_url: str = "") -> None:
        """Make the worker that of `source`."""
        url = dead_letter_queue_url or self.dead_letter_queue_urls[source]
        served = {"SOURCE": source, "DEAD_LETTER_QUEUE_URL": url}
        if served.items() <= os.environ.items():
            return
        for name, value in served.items():
            self.environment.setenv(name, value)
        vars(self).pop("worker_runtime", None)

    def write_catalog(self, document: Any) -> None:
        """Make this the catalog of the handlers."""
        self.catalog_file.write_text(json.dumps(document))
        self.rebuild()

    def _paused(self, built: Publishing) -> Publishing:
        assert self.messaging
        router = replace(built.router, first_pause_seconds=self._first_pause_seconds)
        return replace(built, router=router)

    def _function(self, module: ModuleType) -> Function:
        """The first planned function that runs the handler of this module."""
        handler = f"{module.__name__}.handler"
        return next(found for found in self.plan.functions if found.handler == handler)

    def _set_environment(self) -> None:
        """Set the variables of all functions; `serve` sets those in which workers differ."""
        for function in self.plan.functions:
            for name, value in function.environment.items():
                if not name.startswith("POWERTOOLS_"):
                    self.environment.setenv(name, value)
        self.environment.setenv("CATALOG_FILE", str(self.catalog_file))
        self.environment.setenv("OPENAPI_FILE", str(self.openapi_file))
        # Other than planned: `open_docs` is for development, and a file may be a million bytes.
        self.environment.setenv("OPEN_DOCS", "true")
        self.environment.setenv("MAX_UPLOAD_BYTES", str(MAX_UPLOAD_BYTES))
        self.environment.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769")
        self.environment.setenv("SUBSCRIBER_URL", "http://127.0.0.1:9")
        self.write_catalog(catalog_document())
        self.serve("sourceB")
