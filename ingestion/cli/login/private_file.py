"""Files that only this user may read."""

from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """Write a file for our user only, in one step."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)


def create_private_folder(folder: Path) -> None:
    """Create a folder for our user only, or make it so."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
