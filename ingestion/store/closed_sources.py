"""The sources that the operator closed: one item of the table, with an attribute for each source.

The item has no entity name, so no index contains it and no change is published for it.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools import Logger
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.store.attributes import from_item, to_attribute_value
from ingestion.store.table import ID

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CLOSED_SOURCES = "_closed_sources"  # The item's key.
CACHE_SECONDS = 5
MAX_RETRY_AFTER_SECONDS = 24 * 3600

# A source may be named like an attribute of an index, such as ENTITY_NAME.
_PREFIX = "_closed_"


class Closing(BaseModel):
    """How a source is closed. `closed_at` is unknown if the item was written by hand."""

    model_config = ConfigDict(frozen=True)

    retry_after_seconds: Annotated[int, Field(ge=1, le=MAX_RETRY_AFTER_SECONDS)] = 600
    closed_at: str | None = None


@dataclass(frozen=True)
class ClosedSources:
    """The item in the table. Methods raise boto3's errors."""

    dynamodb: "DynamoDBClient"
    table_name: str

    def read(self) -> dict[str, Closing]:
        """Return the closed sources. An invalid entry closes its source with the defaults."""
        item = self.dynamodb.get_item(**self._item).get("Item", {})
        return {
            name.removeprefix(_PREFIX): _closing(value)
            for name, value in item.items()
            if name.startswith(_PREFIX)
        }

    def close(self, source: str, closing: Closing) -> None:
        """Close a source, and leave all others as they are."""
        self.dynamodb.update_item(
            **self._item,
            UpdateExpression="SET #source = :closing",
            ExpressionAttributeNames={"#source": _PREFIX + source},
            ExpressionAttributeValues={":closing": to_attribute_value(closing.model_dump())},
        )

    def open(self, source: str) -> None:
        """Remove the entry of a source, if there is one, and leave all others as they are."""
        self.dynamodb.update_item(
            **self._item,
            UpdateExpression="REMOVE #source",
            ExpressionAttributeNames={"#source": _PREFIX + source},
        )

    @property
    def _item(self) -> Any:
        return {"TableName": self.table_name, "Key": {ID: {"S": CLOSED_SOURCES}}}


def _closing(value: Any) -> Closing:
    try:
        return Closing.model_validate(from_item(value["M"]))
    except (ValidationError, KeyError, ValueError, TypeError):
        return Closing()


@dataclass
class ClosedSourcesCache:
    """What is known about closed sources, at most `CACHE_SECONDS` old.

    If the item cannot be read, the last known state stays. At the start, every source is open.
    """

    build: Callable[[], ClosedSources]  # Called by the first request, because a client takes 25 ms.
    clock: Callable[[], float] = time.monotonic
    _closings: dict[str, Closing] = field(default_factory=dict)
    _expires_at: float = -math.inf

    @cached_property
    def item(self) -> ClosedSources:
        """Return the item."""
        return self.build()

    def find(self, source: str) -> Closing | None:
        """Return how a source is closed, or None if it is open."""
        now = self.clock()
        if now >= self._expires_at:
            self._expires_at = now + CACHE_SECONDS
            self._refresh()
        return self._closings.get(source)

    def _refresh(self) -> None:
        try:
            self._closings = self.item.read()
        except FAILED_CALL as error:
            Logger().warning("closed_sources_unknown", reason=failure_code(error))
