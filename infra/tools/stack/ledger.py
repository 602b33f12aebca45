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
    pages = deployment.client("logs").get_paginator("filter_log_events")
    counts: Counter[str] = Counter()
    for page in pages.paginate(logGroupName=log_group, startTime=since_ms):
        for line in page["events"]:
            counts += _read_metrics(line["message"])
    return counts


def _read_metrics(message: str) -> Counter[str]:
    """Return the outcomes in one line of the log, if it has metrics."""
    metrics = json.loads(message) if message.startswith('{"_aws"') else {}
    return Counter({name: int(sum(metrics.get(metric, []))) for metric, name in OUTCOMES.items()})
