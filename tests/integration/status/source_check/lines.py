"""Lines of logs about requests to sourceB."""

import json
from datetime import UTC, datetime, timedelta


def accepted_line(request_id: str, source: str = "sourceB", count: int = 1) -> str:
    """Return a line of the API about accepted events of the last minute."""
    metrics = [{"Name": "EventAccepted", "Unit": "Count"}]
    received_at = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%dT%H:%M:%S.%fZ}"
    return json.dumps(
        {
            "_aws": {"CloudWatchMetrics": [{"Dimensions": [["source"]], "Metrics": metrics}]},
            "EventAccepted": [float(count)],
            "source": source,
            "request_id": request_id,
            "received_at": received_at,
        }
    )


def access_line(status: int, route: str = "/b", integration_state: str = "-") -> str:
    """Return a line of the API's access log."""
    fields = {"route": route, "status": str(status), "integration_state": integration_state}
    return json.dumps(fields)
