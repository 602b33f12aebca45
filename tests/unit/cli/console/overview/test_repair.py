"""Each problem leads to the page of the console that repairs it."""

import pytest

from ingestion.cli.console.overview.repair import repair_page
from ingestion.cli.status.findings.finding import Finding
from ingestion.cli.status.parts import Kind


@pytest.mark.parametrize(
    ("problem", "part", "kind", "url"),
    [
        ("paused", "sourceB", "source", "/sources/sourceB/resume"),
        ("closed", "sourceB", "source", "/sources/sourceB/open"),
        ("no_mapping", "sourceB", "source", "/sources/sourceB/plan"),
        ("fails", "sourceB", "source", "/sources/sourceB"),
        ("silent", "sourceB", "source", "/sources/sourceB"),
        ("dead_letters", "sourceB", "source", "/dead-letters/largest?source=sourceB"),
        ("dead_letters", "subscriber a", "subscriber", "/dead-letters/largest?source=subscriber+a"),
        ("unrouted", "unrouted", "unrouted", "/dead-letters?source=unrouted"),
        ("files_refused", "sourceB", "source", "/files?source=sourceB&state=refused"),
        ("files_refused", "files", "files", "/files?state=refused"),
        ("fails", "search", "search", None),
        ("no_mapping", "subscriber a", "subscriber", None),
    ],
)
def test_a_problem_leads_to_its_page(problem: str, part: str, kind: Kind, url: str | None) -> None:
    found = repair_page(Finding(part, problem, "", ()), kind)

    assert (found and found.url) == url
