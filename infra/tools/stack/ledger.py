"""Counts the outcomes of events in the workers' logs."""

import json
from collections import Counter

from ingestion.cli.environment import Deployment

OUTCOMES = {
    "EventStored": "stored",
    "EventSuperseded": "superseded",
    "EventDuplicated": "duplicate",
    "EventDeadLettered": "dead-lettered",
}


def outcomes(deployment: Deployment, source: str, since_ms: int) -> Counter[str]:
    """Return the number of events of the source by outcome, since a time in ms since 1970."""
    pages = (
        deployment.client("logs")
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=f"/aws/lambda/{deployment.function_names['workers'][source]}",
            startTime=since_ms,
        )
    )
    counts: Counter[str] = Counter()
    for page in pages:
        for line in page["events"]:
            counts += _counted(line["message"])
    return counts


def _counted(message: str) -> Counter[str]:
    """Return the outcomes in one line of the log, if it has metrics."""
    if not message.startswith('{"_aws"'):
        return Counter()
    metrics = json.loads(message)
    return Counter({name: int(sum(metrics.get(metric, []))) for metric, name in OUTCOMES.items()})
