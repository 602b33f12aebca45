"""An environment in which more parts need attention than the overview lists at once."""

from ingestion.cli.environment import Deployment
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.status.test_findings import send


def break_all(run: Ingest, cloud: Cloud, deployment: Deployment) -> None:
    """Close each source, and let each queue of dead letters and the unrouted queue hold one."""
    for url in (*deployment.dead_letter_queue_urls.values(), cloud.unrouted_queue_url):
        send(cloud, url)
    for source in deployment.catalog.sources:
        assert run("close", source).exit_code == 0
    assert run("pause", "sourceB").exit_code == 0
