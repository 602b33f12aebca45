"""What is known after a run: what was sent and answered, and what was found."""

import re
from dataclasses import dataclass, field

from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.store.change import Change
from tests.faults.history.corrections import SentCorrection
from tests.faults.history.events import Planned
from tests.faults.history.files import File
from tests.faults.history.operator import Edit
from tests.faults.history.senders import Answers
from tests.faults.history.uploads import Account
from tests.faults.injection.puts import Put, State
from tests.support.search.content import Compared, Content


@dataclass(frozen=True)
class Evidence:
    """The history with its answers; what the operator did; and what was found after the drain.

    `puts` are all puts in the order of the table, `items` the table by key. `published` are the
    changes in a subscriber's queue, `delivered` those that its endpoint took. `injected` counts how
    often each fault took effect. `started` is when the first event was sent. `grown` is the search
    index beside the table, and `rebuilt` the index that was then built again.
    """

    run: str
    started: float = 0
    history: list[Planned] = field(default_factory=list)
    answers: Answers = field(default_factory=Answers)
    corrections: list[SentCorrection] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    puts: list[Put] = field(default_factory=list)
    items: dict[str, State] = field(default_factory=dict)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    unrouted: list[DeadLetter] = field(default_factory=list)
    published: list[Change] = field(default_factory=list)
    delivered: list[Change] = field(default_factory=list)
    grown: Compared = field(default_factory=lambda: Compared({}, {}))
    rebuilt: Content = field(default_factory=dict)
    injected: dict[str, int] = field(default_factory=dict)

    def event_id(self, message: DeadLetter) -> str:
        """Return the id of the run's event that the message holds, or a name for the message."""
        event_id = message.value("id")
        if isinstance(event_id, str):
            return event_id
        match = re.search(rf"{self.run}:\w+", message.body)
        return match.group() if match else f"message {message.message_id}"
