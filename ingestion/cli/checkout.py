"""A checkout of this project: where its catalog and the outputs of its environments are."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self


class FileStamp(NamedTuple):
    """What differs after a file was written again, and takes less time than reading it."""

    file: Path
    modified_ns: int
    size: int
    inode: int

    @classmethod
    def of(cls, file: Path) -> Self | None:
        """Return the stamp of a file; None if it cannot be found."""
        try:
            found = file.stat()
        except OSError:
            return None
        return cls(file, found.st_mtime_ns, found.st_size, found.st_ino)


@dataclass(frozen=True)
class Checkout:
    """A folder with a copy of this project: the catalog, and the outputs of environments."""

    root: Path

    @property
    def catalog_file(self) -> Path:
        """Return the file that lists the sources."""
        return self.root / "config" / "sources.yaml"

    @property
    def samples_directory(self) -> Path:
        """Return the folder with a folder of sample payloads for each mapped source."""
        return self.root / "config" / "samples"

    def outputs_file(self, environment: str) -> Path:
        """Return the file that holds the Terraform outputs of the environment."""
        return self.root / ".stack" / environment / "outputs.json"

    @property
    def emulator_log(self) -> Path:
        """Return the log of the local stack's emulator."""
        return self.outputs_file("local").with_name("emulator.log")

    @property
    def environments(self) -> set[str]:
        """Return the environments that have outputs or settings here."""
        deployed = (file.parent.name for file in self.root.glob(".stack/*/outputs.json"))
        return {*deployed, *(file.stem for file in self.root.glob("config/*.tfvars"))}


THIS_CHECKOUT = Checkout(Path(__file__).parents[2])
