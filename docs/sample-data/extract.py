"""Make the sample data set: three JSON Lines files of events for the ingestion API.

Usage: python extract.py REALDATA_DIR OUT_DIR

REALDATA_DIR is `tests/fixtures/realdata` of the source distribution of the PyPI package
ocdskit 1.7.0. Only the five packages that state an open licence inside the file are read.
The same input gives the same bytes. README.md says what is real, inferred and invented.
"""

import json
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from invented_plant import ADVICE_2016, METAL_GOODS, SITE, SUPPLIES, plant, refused, waiting
from sample_event import Json, event

PACKAGES = (
    "release-package_1.0-2.json",  # DNCP, Paraguay: CC BY 4.0
    "release-package_1.1-2.json",
    "record-package-1.json",  # SFP / SHCP, Mexico: Libre Uso MX
    "record-package-2.json",
    "record-package-1-2.json",
)
FILES = {"CONTRACT": "contracts", "MILESTONE": "milestones", "EQUIPMENT": "equipment"}

# Deliberate disorder, by event id: sent again at the end, sent after a newer version of the
# same entity, and sent before the parent it names. The faulty events are in `invented_plant`.
DUPLICATED = {
    f"contract:{SUPPLIES}:published-2018-12-18T13:20:42Z",
    f"milestone:{ADVICE_2016}/signature:known",
    f"equipment:{SITE}/utilities/boiler/burner:installed",
}
LATE = {
    f"contract:{METAL_GOODS}:started",
    f"milestone:{METAL_GOODS}/period:opened",
    f"equipment:{SITE}/line-2/conveyor/chain:installed",
}
BEFORE_PARENT = f"equipment:{SITE}/utilities/chiller/condenser:installed"


def sources(folder: Path) -> Iterator[tuple[str, Json, Json]]:
    """Yield the publication date, release and contract of every contract in the packages.

    A record's compiled release is skipped: it repeats the one release next to it. Every
    release here has contracts, so an award never has to stand in for a missing contract.
    """
    for file in PACKAGES:
        package = json.loads((folder / file).read_text(encoding="utf-8"))
        for holder in package.get("records", [package]):
            for release in holder["releases"]:
                for contract in release["contracts"]:
                    yield package["publishedDate"], release, contract


def contract_type(release: Json, title: str) -> str:
    """Return the main procurement category, or derive it from the Spanish title."""
    category = release.get("tender", {}).get("mainProcurementCategory")
    if category:
        return str(category)
    words = title.upper().split()
    return "services" if "SERVICIO" in words else "works" if "OBRA" in words else "goods"


def contracts(published: str, release: Json, contract: Json) -> Iterator[Json]:
    """Yield the versions of a contract: pending, active, terminated, and as published.

    The source has one status, the last. The earlier ones are inferred from its dates: pending
    when signed (or else released as an award, under the tender's title) before the start,
    active from the start, the published status from the end if that is `terminated`.
    """
    key, title = f"{release['ocid']}/{contract['id']}", contract["title"].strip()
    period, status = contract["period"], contract["status"].lower()
    signed = contract.get("dateSigned")
    rows = [("started", period["startDate"], "active", title)]
    if (agreed := signed or release["date"]) < period["startDate"]:
        early = release.get("tender", {}).get("title", title).strip()
        rows.append(("signed" if signed else "awarded", agreed, "pending", early))
    if status == "terminated":
        rows.append(("ended", period["endDate"], status, title))
    rows.append((f"published-{published}", published, status, title))
    kind = contract_type(release, title)
    for what, time, state, name in rows:
        fields = {"contract_name": name, "contract_type": kind, "contract_status": state}
        yield event("CONTRACT", key, what, time, **fields)


def milestone_rows(release: Json, contract: Json) -> Iterator[tuple[str | None, ...]]:
    """Yield the milestone's name, what happened, event time, description, start and end."""
    for stage in ("enquiry", "tender"):
        start = release.get("tender", {}).get(f"{stage}Period", {}).get("startDate")
        if start:
            yield stage, "known", start, f"{stage.title()} period", start, None
    for award in release.get("awards", []):
        if award["id"] == contract["awardID"]:
            term, time = award["contractPeriod"], release["date"]
            yield "award", "known", time, "Term awarded", term["startDate"], term["endDate"]
    if signed := contract.get("dateSigned"):
        yield "signature", "known", signed, "Contract signed", signed, signed
    start, end = contract["period"]["startDate"], contract["period"]["endDate"]
    yield "period", "opened", start, "Contract period", start, None
    yield "period", "closed", end, "Contract period", start, end


def milestones(release: Json, contract: Json) -> Iterator[Json]:
    """Yield the dates of a contract, its award and its tender as milestones."""
    key = f"{release['ocid']}/{contract['id']}"
    for name, what, time, text, start, end in milestone_rows(release, contract):
        yield event(
            "MILESTONE",
            f"{key}/{name}",
            str(what),
            str(time),
            contract_id=key,
            description=text,
            start_date=start and start[:10],
            end_date=end and end[:10],
        )


def items(release: Json, contract: Json) -> Iterator[Json]:
    """Yield the items of a contract as equipment: at its signature, and as released."""
    key = f"{release['ocid']}/{contract['id']}"
    for item in contract.get("items", []):
        for what, time, milestone in (
            ("signed", contract["dateSigned"], "signature"),
            ("released", release["date"], "period"),
        ):
            yield event(
                "EQUIPMENT",
                f"{key}/{item['id']}",
                what,
                time,
                contract_id=key,
                current_milestone_id=f"{key}/{milestone}",
                cat_id=item["classification"]["id"],
            )


def real(folder: Path) -> Iterator[Json]:
    """Yield the events made from the packages."""
    for published, release, contract in sources(folder):
        yield from contracts(published, release, contract)
        yield from milestones(release, contract)
        yield from items(release, contract)


def send_order(one: Json) -> tuple[bool, bool, str]:
    """Sort by time, save for the events that are deliberately early or late."""
    return one["id"] != BEFORE_PARENT, one["id"] in LATE, one["time"]


def collect(folder: Path) -> dict[str, list[Json]]:
    """Return the events of each entity, in the order in which they are to be sent."""
    found: dict[str, Json] = {}
    for one in chain(real(folder), plant(), refused(), waiting()):
        found.setdefault(one["id"], one)  # two packages may publish the same release
    events = sorted(found.values(), key=send_order)
    events += [found[key] for key in sorted(DUPLICATED)]
    return {name: [one for one in events if one["entity_name"] == name] for name in FILES}


def main() -> None:
    """Write the three files and print what is in them."""
    if len(sys.argv) != 3:
        sys.exit("usage: python extract.py REALDATA_DIR OUT_DIR")
    source, target = map(Path, sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    for name, events in collect(source).items():
        file = target / f"{FILES[name]}.jsonl"
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in events)
        file.write_bytes("".join(lines).encode())
        ids, deletes = len({e["id"] for e in events}), sum("operation" in e for e in events)
        summary = f"{len(events)} events, {ids} distinct ids, {deletes} deletes"
        sys.stdout.write(f"{file.name}: {summary}\n")


if __name__ == "__main__":
    main()
