"""Names the page on which an operator repairs what needs attention."""

from ingestion.cli.console.pages import Link
from ingestion.cli.console.urls import DEAD_LETTERS, FILES, dead_letters_url, source_url, url_of
from ingestion.cli.status.findings.finding import Finding
from ingestion.cli.status.parts import SOURCE, Kind


def repair_page(finding: Finding, kind: Kind) -> Link | None:
    """Return the link to the page that repairs a problem. None: no page of the console does."""
    part = finding.part
    if finding.problem == "unrouted":
        return Link("See the messages", dead_letters_url(part))
    if finding.problem == "dead_letters":
        return Link("See the dead letters", url_of(f"{DEAD_LETTERS}/largest", source=part))
    if finding.problem == "files_refused":
        source = part if kind == SOURCE else None
        return Link("See the files", url_of(FILES, source=source, state="refused"))
    if kind != SOURCE:
        return None
    pages = {
        "paused": Link("Resume it", source_url(part, "resume")),
        "closed": Link("Open it", source_url(part, "open")),
        "no_mapping": Link("See what a deployment changes", source_url(part, "plan")),
    }
    return pages.get(finding.problem, Link("See the source", source_url(part)))
