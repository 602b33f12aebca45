"""What the pages of one console share."""

from dataclasses import dataclass, field

from starlette.requests import Request

from ingestion.cli.console.dead_letters.dead_letter_reader import DeadLetterReader
from ingestion.cli.console.live.connections import Connections
from ingestion.cli.console.live.feed import StatusFeed
from ingestion.cli.console.lookups.search_client import SearchClient
from ingestion.cli.console.outdated import LoadedEntities
from ingestion.cli.console.work import WorkList
from ingestion.cli.environment import Deployment


@dataclass(frozen=True)
class Runtime:
    """An environment, the address of the console as its Host header, its token, and its work.

    All open pages share one feed of the status.
    `token` is a secret of this start: who knows it may use the console.
    """

    deployment: Deployment
    address: str
    token: str
    work: WorkList = field(default_factory=WorkList)
    status: StatusFeed = field(default_factory=StatusFeed)
    connections: Connections = field(default_factory=Connections)
    dead_letters: DeadLetterReader = field(default_factory=DeadLetterReader)
    search: SearchClient = field(default_factory=SearchClient)
    entities: LoadedEntities = field(default_factory=LoadedEntities)

    @property
    def origin(self) -> str:
        """Return the origin of all pages."""
        return f"http://{self.address}"

    def stop(self) -> None:
        """End all work after its current step, leases of dead letters, and the search."""
        self.work.stop()
        self.dead_letters.stop()
        self.search.close()


def runtime_of(request: Request) -> Runtime:
    """Return the runtime of the console that got the request."""
    runtime: Runtime = request.app.state.runtime
    return runtime
