"""Compares the entry of the checkout's catalog with the deployed one."""

from typing import Literal

from ingestion.catalog import Source
from ingestion.cli.counts import count_of
from ingestion.cli.login.known import deploy_command
from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.section import Finding, Section

State = Literal["same", "differs", "not_deployed", "not_in_checkout", "no_checkout"]
_CATALOG = "config/sources.yaml"


def entry_section(source: CheckedSource) -> Section:
    """Return the path and entities of a source, and whether the checkout's entry is deployed."""
    keys = _different_keys(source.entry, source.deployed)
    state, found, running = _state(source, keys), source.current, source.running
    url = f"{running.api_url if running else ''}/{found.path}"
    document = {
        "state": state,
        "different_keys": keys,
        "url": url if running else None,
        "path": found.path,
        "entities": found.entities,
        "has_map": bool(found.map),
    }
    rules = count_of(len(found.map), "rule")
    kind = f"payloads, mapped by {rules}" if found.map else "events in the platform's own format"
    lines = [f"POST {url} takes {kind}: {', '.join(found.entities)}.", _SAYS[state]]
    return Section("entry", document, lines, _findings(source, state, keys))


def _different_keys(entry: Source | None, deployed: Source | None) -> list[str]:
    if entry is None or deployed is None:
        return []
    here, there = (each.model_dump(mode="json") for each in (entry, deployed))
    return [key for key in here if here[key] != there[key]]


def _state(source: CheckedSource, different_keys: list[str]) -> State:
    if source.deployed is None:
        return "not_deployed"
    if source.checkout_catalog is None:
        return "no_checkout"
    if source.entry is None:
        return "not_in_checkout"
    return "differs" if different_keys else "same"


_SAYS: dict[State, str] = {
    "same": f"The entry in {_CATALOG} is deployed.",
    "differs": f"The entry in {_CATALOG} differs from the deployed one.",
    "not_deployed": "The source is not deployed: only the checkout is checked.",
    "not_in_checkout": f"The source is deployed, and {_CATALOG} has no such source.",
    "no_checkout": f"There is no {_CATALOG} here: only the environment is checked.",
}


def _findings(source: CheckedSource, state: State, keys: list[str]) -> list[Finding]:
    name, environment = source.name, source.environment
    deploy = deploy_command(environment)
    if state == "not_deployed":
        text = f"{name} is in {_CATALOG}, but not deployed in {environment}: deploy the catalog."
        return [Finding(state, text, deploy)]
    if state == "differs":
        text = (
            f"The entry of {name} in {_CATALOG} differs from the one that is deployed in"
            f" {environment}, in {', '.join(keys)}: deploy the catalog."
        )
        return [Finding(state, text, deploy)]
    if state == "not_in_checkout":
        text = (
            f"{name} is deployed in {environment}, but {_CATALOG} has no such source. The next"
            " deployment removes it: close it first, or add its entry again."
        )
        return [Finding(state, text, source.command("close", name))]
    return []
