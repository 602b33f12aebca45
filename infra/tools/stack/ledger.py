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
    log_group = f"/aws/lambda/{deployment.function_names['workers'][source]}"
    paginator = deployment.client("logs").get_paginator("filter_log_events")
    pages = paginator.paginate(logGroupName=log_group, startTime=since_ms)
    lines = [event["message"] for page in pages for event in page["events"]]
    metrics = [json.loads(line) for line in lines if line.startswith('{"_aws"')]
    counts: Counter[str] = Counter()
    for line in metrics:
        counts += Counter({OUTCOMES[name]: int(sum(line[name])) for name in OUTCOMES.keys() & line})
    return counts
