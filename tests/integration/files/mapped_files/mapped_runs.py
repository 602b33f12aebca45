"""What runs over mapped files made."""

from tests.integration.cloud import Cloud
from tests.support.factories import Json


def counted(report: Json) -> dict[str, int]:
    """Return the counts of a report."""
    names = ("rows", "accepted", "ignored", "rejected", "events", "published")
    return {name: report[name] for name in names}


def made(cloud: Cloud) -> dict[str, bytes]:
    """Return the objects made from uploads, except the reports."""
    prefixes = ("extracted/", "rejected/", "inserted/")
    return {key: cloud.content(key) for prefix in prefixes for key in cloud.keys(prefix)}
