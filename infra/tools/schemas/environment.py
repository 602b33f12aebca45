"""Compares the models with the schemas of an environment, which a plan shows."""

import json
from typing import Any

from infra.tools.schemas.compare import BreakingChange, breaking_changes
from infra.tools.schemas.files import BREAKING, require_accepted

Json = dict[str, Any]

_ADDRESS = "module.schemas.aws_s3_object.this"


def require_compatible(plan: Json) -> None:
    """Raise SchemaRefused if a plan, given as Terraform's JSON, breaks stored rows.

    The plan shows the object with the environment's schemas, as the last apply wrote the object
    and as this apply would. Without the one or the other there is nothing to compare.
    """
    for resource in plan.get("resource_changes", []):
        if resource.get("address") == _ADDRESS:
            before, after = resource["change"]["before"], resource["change"]["after"]
            if before and after:
                changes = unaccepted(json.loads(before["content"]), json.loads(after["content"]))
                require_accepted(
                    changes,
                    "Nothing was applied, because the environment holds rows of the older schemas."
                    ' `make schemas BREAKING=1 REASON="…"` accepts the changes for all'
                    " environments: see docs/changing-entities.md.",
                )


def unaccepted(old: dict[str, Json], new: dict[str, Json]) -> list[BreakingChange]:
    """Return the breaking changes that no record has accepted since the last apply."""
    return [
        change
        for name, record in old.items()
        for change in breaking_changes(record, new.get(name))
        if change.field not in _accepted_fields(record, new.get(name, {}))
    ]


def _accepted_fields(old: Json, new: Json) -> set[str]:
    """Return the fields of the changes that were accepted after the older record."""
    return {accepted["field"] for accepted in new.get(BREAKING, [])[len(old.get(BREAKING, [])) :]}
