"""The model of search: the index holds each stored entity once, as a rebuilt index does."""

from tests.faults.models.changes import SOURCE
from tests.faults.models.evidence import Evidence
from tests.faults.models.ledger import Ledger
from tests.support.search.content import Content, differences


def check_search(evidence: Evidence, ledger: Ledger) -> None:
    """Compare the grown index with the table, and the rebuilt index with the grown one."""
    table, grown = (_of_run(content, evidence) for content in evidence.grown)
    rebuilt = _of_run(evidence.rebuilt, evidence)
    for key, found in grown.items():
        ledger.counts[_source_of(key)]["entities indexed"] += len(found)
    for what, wanted, index in (("grown", table, grown), ("rebuilt", grown, rebuilt)):
        for key, difference in differences(wanted, index):
            ledger.find(_source_of(key), "search differs", f"{what} index: {key} {difference}")


def _of_run(content: Content, evidence: Evidence) -> Content:
    """Return the entities of the run. An earlier run may have been interrupted."""
    return {key: found for key, found in content.items() if f"#{evidence.run}-" in key}


def _source_of(key: str) -> str:
    return SOURCE.get(key.partition("#")[0], "?")
