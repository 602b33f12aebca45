"""Names the page on which an operator repairs what needs attention."""

from urllib.parse import quote

from ingestion.cli.console.pages import Link, url_of
from ingestion.cli.status.findings.finding import Finding
from ingestion.cli.status.parts import SOURCE, Kind


def repair_page(finding: Finding, kind: Kind) -> Link | None:
    """Return the link to the page that repairs a problem. None: no page of the console does."""
    part = finding.part
    if finding.problem == "unrouted":
        return Link("See the messages", dead_letters_url(part))
    if finding.problem == "dead_letters":
        return Link("See the dead letters", url_of("/dead-letters/largest", source=part))
    if finding.problem == "files_refused":
        source = part if kind == SOURCE else None
        return Link("See the files", url_of("/files", source=source, state="refused"))
    if kind != SOURCE:
        return None
    page = source_url(part)
    pages = {
        "paused": Link("Resume it", f"{page}/resume"),
        "closed": Link("Open it", f"{page}/open"),
        "no_mapping": Link("See what a deployment changes", f"{page}/plan"),
    }
    return pages.get(finding.problem, Link("See the source", page))


def source_url(source: str) -> str:
    """Return the URL of the page of a source."""
    return f"/sources/{quote(source, safe='')}"


def dead_letters_url(part: str) -> str:
    """Return the URL of the dead letters of a part."""
    return url_of("/dead-letters", source=part)
