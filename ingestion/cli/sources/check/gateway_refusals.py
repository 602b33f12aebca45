"""Counts the requests that API Gateway itself refused, if the environment has an access log."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import Selection
from ingestion.cli.logs.read import read_lines
from ingestion.cli.status.metrics.refusals import MAX_LINES
from ingestion.cli.status.metrics.series import metric_namespace

_NO_FUNCTION = "-"  # What API Gateway writes if a request reached no function.


def access_log_of(deployment: Deployment) -> str:
    """Return the log group of the API's access log, which exists only if it is turned on."""
    return f"/{metric_namespace(deployment)}/api-access"  # As in infra/modules/api.


def read_gateway_refusals(
    deployment: Deployment, path: str, since: datetime
) -> Mapping[int, int] | None:
    """Return the refused requests of a path by HTTP status; None if there is no access log."""
    if deployment.endpoint_url:  # The emulator has the log group, and writes nothing there.
        return None
    logs = deployment.client("logs")
    wanted = {"route": f"/{path}", "integration_state": _NO_FUNCTION}
    pattern = f'{{ $.route = "/{path}" && $.integration_state = "{_NO_FUNCTION}" }}'
    selected = Selection("gateway", access_log_of(deployment))
    lines = read_lines(logs, selected, int(since.timestamp() * 1000), pattern)
    found = (line.document for line in lines if wanted.items() <= line.document.items())
    try:
        return Counter(int(each["status"]) for each in islice(found, MAX_LINES))
    except logs.exceptions.ResourceNotFoundException:
        return None
