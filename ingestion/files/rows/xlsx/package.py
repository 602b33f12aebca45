"""Find the parts of a workbook in its zip (ECMA-376 part 2): the first visible sheet and others."""

from posixpath import join, normpath, split
from typing import NamedTuple
from zipfile import ZipFile, ZipInfo

from ingestion.errors import RefusedFile
from ingestion.files.rows.xlsx.xml import parse_part
from ingestion.syntax.bounded_xml import IgnoringTarget

_IDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)


class Parts(NamedTuple):
    """The parts of the first visible sheet."""

    sheet: ZipInfo
    strings: ZipInfo | None
    styles: ZipInfo | None
    is_1904: bool


class _Relation(NamedTuple):
    kind: str  # The last word of its type, such as `worksheet`.
    target: str


class _Elements(IgnoringTarget):
    """Collects the elements of a small part that have a known name, with their attributes."""

    def __init__(self) -> None:
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("Relationship", "sheet", "workbookPr"):
            self.found.append((name, attributes))


class Package:
    """The members of the zip by part name. Part names have no case."""

    def __init__(self, archive: ZipFile, part_bytes: int) -> None:
        self._archive = archive
        self._part_bytes = part_bytes
        self._members = {_part_name(info.filename): info for info in archive.infolist()}

    def parts(self) -> Parts:
        """Return the parts to read. Raises RefusedFile if the zip holds no readable workbook."""
        books = [found for found in self._relations("").values() if found.kind == "officeDocument"]
        if not books:
            raise RefusedFile("not_a_workbook", "the file is a zip, but no XLSX workbook")
        book = books[0].target
        relations = self._relations(book)
        elements = self._elements(book)
        by_kind = {found.kind: found.target for found in relations.values()}
        return Parts(
            self._member(_first_sheet(elements, relations)),
            self._members.get(by_kind.get("sharedStrings", "")),
            self._members.get(by_kind.get("styles", "")),
            any(found.get("date1904") in ("1", "true", "on") for _, found in elements),
        )

    def _relations(self, part: str) -> dict[str, _Relation]:
        """Return the relations of a part, or of the package, by their ids."""
        folder, name = split(part)
        elements = self._elements(join(folder, "_rels", f"{name}.rels"))
        return {
            found["Id"]: _Relation(found["Type"].rpartition("/")[2], _resolve(folder, found))
            for name, found in elements
            if name == "Relationship"
        }

    def _elements(self, part: str) -> list[tuple[str, dict[str, str]]]:
        member = self._member(part)
        check_size(member, self._part_bytes)
        target = _Elements()
        with self._archive.open(member) as content:
            parse_part(content, target)
        return target.found

    def _member(self, part: str) -> ZipInfo:
        if part not in self._members:
            raise RefusedFile("not_a_workbook", "the file is a zip that lacks parts of a workbook")
        return self._members[part]


def check_size(member: ZipInfo, most_bytes: int) -> None:
    """Refuse a part that is too large to be kept in memory."""
    if member.file_size > most_bytes:
        raise RefusedFile(
            "too_large", f"a part of the workbook has more than {most_bytes} bytes: send CSV"
        )


def _first_sheet(
    elements: list[tuple[str, dict[str, str]]], relations: dict[str, _Relation]
) -> str:
    """Return the part of the first visible sheet of cells, in the order of the workbook."""
    for name, found in elements:
        if name == "sheet" and found.get("state", "visible") == "visible":
            relation = relations[next(found[key] for key in _IDS if key in found)]
            if relation.kind == "worksheet":  # Others are charts, dialogs and macros.
                return relation.target
    raise RefusedFile("empty", "the workbook has no visible sheet with cells")


def _part_name(name: str) -> str:
    return name.replace("\\", "/").lower().removeprefix("/")


def _resolve(folder: str, relationship: dict[str, str]) -> str:
    """Return the part that a relationship points to, from the folder of its source."""
    return _part_name(normpath(join("/", folder, relationship["Target"].replace("\\", "/"))))
