"""The parts of an office file: a zip that says what each part is (ECMA-376 part 2)."""

from posixpath import join, normpath, split, splitext
from typing import BinaryIO
from zipfile import ZipFile

from ingestion.errors import RefusedFile
from ingestion.files.archive import check_directory, unpacked_limit, unpacked_too_large
from ingestion.files.documents.office.xml import parse_part
from ingestion.files.documents.pages import DAMAGED
from ingestion.syntax.bounded_xml import Attributes, IgnoringTarget, Target

_NEEDS_PASSWORD = 1
_BEGINNING_BYTES = 100
_CONTENT_TYPES = "[content_types].xml"


class _Elements(IgnoringTarget):
    """Collects the elements of one name, with their attributes."""

    def __init__(self, name: str) -> None:
        self.found: list[Attributes] = []
        self._name = name

    def start(self, name: str, attributes: Attributes) -> None:
        if name == self._name:
            self.found.append(attributes)


class Package:
    """The parts of a zip by name, without case. The parts that are read have a limit in all."""

    def __init__(self, file: BinaryIO) -> None:
        """Open the zip. Raises RefusedFile, and the errors of `archive.DAMAGE`."""
        self._max_bytes = self._left = unpacked_limit(file.seek(0, 2))
        check_directory(file)
        self._archive = ZipFile(file)
        self._members = {_part_name(info.filename): info for info in self._archive.infolist()}
        self.kinds = self._read_kinds()

    @property
    def is_empty(self) -> bool:
        """Whether the zip holds nothing."""
        return not self._members

    @property
    def is_office_file(self) -> bool:
        """Whether the zip says what its parts are."""
        return _CONTENT_TYPES in self._members

    def has_part(self, part: str) -> bool:
        """Return whether the zip holds a part."""
        return part in self._members

    def beginning_of(self, part: str) -> bytes:
        """Return the first bytes of a part, or none."""
        if part not in self._members or self._members[part].flag_bits & _NEEDS_PASSWORD:
            return b""
        with self._archive.open(self._members[part]) as content:
            return content.read(_BEGINNING_BYTES)

    def parts_of(self, kind: str) -> list[str]:
        """Return the parts whose content type ends with `kind`, such as `slide+xml`."""
        return [part for part, found in self.kinds.items() if found.endswith(f".{kind}")]

    def related(self, part: str) -> dict[str, str]:
        """Return the parts to which a part refers, by the ids of the relations."""
        folder, name = split(part)
        relations = join(folder, "_rels", f"{name}.rels")
        if relations not in self._members:
            return {}
        return {
            each["Id"]: _part_name(normpath(join("/", folder, each["Target"].replace("\\", "/"))))
            for each in self.elements(relations, "Relationship")
            if each.get("TargetMode") != "External"
        }

    def elements(self, part: str, name: str) -> list[Attributes]:
        """Return the attributes of the part's elements that have this name."""
        target = _Elements(name)
        self.parse(part, target)
        return target.found

    def parse(self, part: str, target: Target) -> None:
        """Parse a part. Raises RefusedFile if the parts that were read are too large.

        The zip unpacks no part beyond the size that it declares.
        """
        if part not in self._members:
            raise RefusedFile(DAMAGED, "the file is a zip that lacks parts of an office file")
        member = self._members[part]
        if member.flag_bits & _NEEDS_PASSWORD:
            raise RefusedFile("encrypted", "the file has a password: save it without one")
        self._left -= member.file_size
        if self._left < 0:
            raise unpacked_too_large(self._max_bytes)
        with self._archive.open(member) as content:
            parse_part(content, target)

    def _read_kinds(self) -> dict[str, str]:
        """Return the content type of each part: its own, or that of its suffix."""
        if _CONTENT_TYPES not in self._members:
            return {}
        own = {
            _part_name(each["PartName"]): each["ContentType"].lower()
            for each in self.elements(_CONTENT_TYPES, "Override")
        }
        suffixes = {
            each["Extension"].lower(): each["ContentType"].lower()
            for each in self.elements(_CONTENT_TYPES, "Default")
        }
        kinds = {part: own.get(part, suffixes.get(_suffix(part), "")) for part in self._members}
        return {part: kind for part, kind in kinds.items() if kind and part != _CONTENT_TYPES}


def _part_name(name: str) -> str:
    return name.replace("\\", "/").lower().removeprefix("/")


def _suffix(part: str) -> str:
    return splitext(part)[1].removeprefix(".")
