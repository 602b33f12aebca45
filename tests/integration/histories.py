"""Random histories of events, and how to shuffle and repeat them."""

from functools import partial
from operator import attrgetter

from hypothesis import strategies as st

from entities.base import id_field
from ingestion.event import Event
from tests.support.factories import Json, contract, equipment, event

History = list[Event]
PATHS = {"sourceA": "a", "sourceB": "b"}
NO_ASCII, LONG = "契約", "e-" * 100  # Their message group ids are hashed.
ENTITIES = [("CONTRACT", "1"), ("CONTRACT", NO_ASCII), ("EQUIPMENT", "1"), ("EQUIPMENT", LONG)]
TIMES = [f"2026-01-31T12:00:00.{microseconds:06}Z" for microseconds in (0, 9, 10)]
# An event is made again with other data; only the first version has no revision.
REVISIONS = [None, "2026-02-02T00:00:00.000000Z", "2026-02-03T00:00:00.000000Z"]
FEW_IDS, MANY_IDS = ["1", "10", "9"], [str(number) for number in range(20)]
RECEIVED = "2026-02-01T00:00:00.000000Z"
OPTIONAL = st.fixed_dictionaries({}, optional={"cat_id": st.sampled_from(["7", None])})


@st.composite
def events(draw: st.DrawFn, ids: list[str], revisions: list[str | None]) -> Event:
    """Draw an event of either source."""
    name, subject = draw(st.sampled_from(ENTITIES))
    operation = draw(st.sampled_from(["upsert", "delete"]))
    changes = {
        "id": draw(st.sampled_from(ids)),
        "source": draw(st.sampled_from(list(PATHS))),
        "time": draw(st.sampled_from(TIMES)),
    }
    data: Json = {id_field(name): subject}
    if operation == "upsert" and name == "CONTRACT":
        words = [*changes.values(), draw(st.sampled_from(["", "again"]))]
        data = contract(subject, contract_name="/".join(words))
    elif operation == "upsert":
        data = equipment(subject, **draw(OPTIONAL))
    revision = draw(st.sampled_from(revisions))
    fixed = {"entity_name": name, "operation": operation, "receivedat": RECEIVED}
    return event(data, **fixed, **changes, revision=revision)


def version(happened: Event) -> tuple[str, str, str, str]:
    """Return the order of events. No revision sorts before every revision."""
    return happened.time, happened.id, happened.source, happened.revision or ""


def histories(
    ids: list[str], revisions: list[str | None], *unique_by: str
) -> st.SearchStrategy[History]:
    """Draw events sorted by version, which all differ in these attributes."""
    drawn = st.lists(
        events(ids, revisions), min_size=4, max_size=16, unique_by=attrgetter(*unique_by)
    )
    return drawn.map(partial(sorted, key=version))


HISTORIES = histories(FEW_IDS, REVISIONS, "key", "time", "id", "source", "revision")
POSTABLE_HISTORIES = histories(MANY_IDS, [None], "id", "source")
# One seed for each example: threads of a killed worker must not influence what is drawn.
RANDOMS = st.randoms(use_true_random=True)
