"""The invented bottling plant, and invented events that break a rule or name what never exists."""

from collections.abc import Iterator

from sample_event import Json, event

# The real contracts (ocid/contract id) on which the invented plant hangs.
SUPPLIES = "ocds-03ad3f-246807/246807-11-setiembre-srl-4"
ADVICE_2016 = "ocds-07smqs-993235/991324"
ADVICE_2017 = "ocds-07smqs-993235/1322806"
METAL_GOODS = "ocds-07smqs-1542970/1632718"

# The invented bottling plant: line, machine, day it was installed, parts of the machine.
SITE = "site-asuncion"
SITE_OPENED = "2016-02-15"
LINES = {"line-1": "2016-02-22", "line-2": "2016-04-18", "utilities": "2016-02-22"}
PLANT = (
    ("line-1", "depalletiser", "2016-03-01", "motor gripper chain"),
    ("line-1", "washer", "2016-03-02", "motor pump nozzle-01 nozzle-02"),
    ("line-1", "filler", "2016-03-03", "bowl valve-01 valve-02 valve-03 motor"),
    ("line-1", "capper", "2016-03-04", "head-01 head-02 motor"),
    ("line-1", "labeller", "2016-03-07", "drum motor"),
    ("line-1", "packer", "2016-03-08", "gripper belt motor"),
    ("line-2", "blower", "2016-05-02", "mould-01 mould-02 heater"),
    ("line-2", "filler", "2016-05-03", "bowl valve-01 valve-02"),
    ("line-2", "capper", "2016-05-04", "head-01 motor"),
    ("line-2", "labeller", "2016-05-05", "drum motor"),
    ("line-2", "conveyor", "2016-05-06", "chain gearbox motor"),
    ("utilities", "boiler", "2016-02-24", "burner feed-pump"),
    ("utilities", "compressor", "2016-02-25", "filter motor"),
    ("utilities", "chiller", "2016-02-26", "condenser compressor"),
)
# On the first day the machines pass to the next advice contract; on the second these parts
# are replaced under the metal goods contract; on the third one part is scrapped.
RENEWED, REPLACED, SCRAPPED = "2017-01-02", "2017-10-25", "2017-11-20"
METAL_PARTS = {"gripper", "chain", "nozzle", "head", "mould", "gearbox"}
SCRAPPED_PART = f"{SITE}/line-1/filler/valve-03"

UNBUILT, FAULTS_AT = f"{SITE}/line-3", "2017-11-06T08:00:00Z"


def piece(path: str, what: str, day: str, contract: str | None = None) -> Json:
    """Return an event of the invented plant; a path names its parent and its kind."""
    parent, _, name = path.rpartition("/")
    return event(
        "EQUIPMENT",
        path,
        what,
        f"{day}T08:00:00Z",
        parent_equipment_id=parent or None,
        contract_id=contract,
        current_milestone_id=f"{contract}/period" if contract else None,
        cat_id=f"plant-{name.rstrip('-0123456789') if parent else 'site'}",
    )


def plant() -> Iterator[Json]:
    """Yield the life of the invented plant: built, renewed, repaired, one part scrapped."""
    yield piece(SITE, "installed", SITE_OPENED)
    for line, day in LINES.items():
        yield piece(f"{SITE}/{line}", "installed", day)
    for line, machine, day, parts in PLANT:
        path = f"{SITE}/{line}/{machine}"
        yield piece(path, "installed", day, ADVICE_2016)
        yield piece(path, "renewed", RENEWED, ADVICE_2017)
        for part in parts.split():
            yield piece(f"{path}/{part}", "installed", day)
            if part.rstrip("-0123456789") in METAL_PARTS:
                yield piece(f"{path}/{part}", "replaced", REPLACED, METAL_GOODS)
    scrapped = event("EQUIPMENT", SCRAPPED_PART, "scrapped", f"{SCRAPPED}T08:00:00Z")
    yield scrapped | {"operation": "delete"}


def refused() -> Iterator[Json]:
    """Yield the invented events that break a rule, one of each entity."""
    yield event(  # there is no contract type `lease`
        "CONTRACT",
        f"{UNBUILT}/lease",
        "signed",
        FAULTS_AT,
        contract_name="Lease of a third bottling line (invented)",
        contract_type="lease",
        contract_status="pending",
    )
    yield event(  # ends before it starts
        "MILESTONE",
        f"{SITE}/audit",
        "planned",
        FAULTS_AT,
        contract_id=ADVICE_2017,
        description="Audit of the plant (invented)",
        start_date="2017-03-08",
        end_date="2017-03-01",
    )
    rail = f"{SITE}/line-2/conveyor/rail"  # its own parent
    yield event("EQUIPMENT", rail, "planned", FAULTS_AT, parent_equipment_id=rail)


def waiting() -> Iterator[Json]:
    """Yield the invented events that name something the three files never bring into being."""
    yield event(
        "MILESTONE",
        f"{UNBUILT}/lease/delivery",
        "planned",
        FAULTS_AT,
        contract_id=f"{UNBUILT}/lease",
        description="Delivery of line 3 (invented)",
        start_date="2018-03-01",
    )
    yield event(
        "EQUIPMENT",
        f"{UNBUILT}/palletiser",
        "planned",
        FAULTS_AT,
        parent_equipment_id=UNBUILT,
        cat_id="plant-palletiser",
    )
