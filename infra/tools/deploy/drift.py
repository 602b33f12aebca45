"""Tells from a plan how an environment differs from the code, and who made it so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Drift:
    """Lines for people; no line holds a value, which may be secret.

    `outside` was changed by somebody else than Terraform and would be changed back, `unapplied` is
    in the code only. What was changed outside and the code leaves open is `open`, and no drift.
    """

    outside: list[str]
    unapplied: list[str]
    open: list[str]

    @property
    def is_none(self) -> bool:
        """Whether code and environment agree."""
        return not (self.outside or self.unapplied)


def read(plan: dict[str, Any]) -> Drift:
    """What a plan says, given as Terraform's JSON."""
    changes = {it["address"]: it for it in _changed(plan.get("resource_changes", []))}
    drifted = {it["address"]: it for it in _changed(plan.get("resource_drift", [])) if _is_told(it)}
    outputs = plan.get("output_changes", {}).items()
    return Drift(
        outside=[_line(it) for address, it in drifted.items() if address in changes],
        unapplied=[
            *(_line(it) for address, it in changes.items() if address not in drifted),
            *(f"output {name}" for name, change in outputs if change["actions"] != ["no-op"]),
        ],
        open=[_line(it) for address, it in drifted.items() if address not in changes],
    )


def _changed(changes: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for change in changes:
        if change["mode"] == "managed" and change["change"]["actions"] != ["no-op"]:
            yield change


def _is_told(resource: dict[str, Any]) -> bool:
    """Whether more has changed than how nothing is written: `{}` is read where `null` was sent."""
    return resource["change"]["actions"] != ["update"] or bool(_attributes(resource))


def _attributes(resource: dict[str, Any]) -> list[str]:
    before, after = resource["change"]["before"] or {}, resource["change"]["after"] or {}
    names = sorted(before.keys() | after.keys())
    return [name for name in names if _plain(before.get(name)) != _plain(after.get(name))]


def _plain(value: Any) -> Any:
    return None if value in ("", [], {}) else value


def _line(resource: dict[str, Any]) -> str:
    actions = resource["change"]["actions"]
    attributes = f" ({', '.join(_attributes(resource))})" if actions == ["update"] else ""
    return f"{resource['address']}: {' and '.join(actions)}{attributes}"
