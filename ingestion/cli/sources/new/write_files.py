"""Writes the files of a draft to the checkout: all of them, or none."""

from contextlib import ExitStack
from pathlib import Path

from ingestion.cli.checkout import Checkout
from ingestion.cli.sources.new.bad_draft import BadDraft


def copy_all(staged: Checkout, checkout: Checkout) -> list[str]:
    """Copy the staged files, the catalog last, and return their names. No file is overwritten.

    Raises BadDraft if one exists, and OSError. Files that were written before are then removed.
    """
    catalog = staged.catalog_file
    new = sorted(file for file in staged.root.rglob("*") if file.is_file() and file != catalog)
    names = [file.relative_to(staged.root) for file in new]
    with ExitStack() as undo:
        for file, name in zip(new, names, strict=True):
            _write_new(checkout.root / name, file.read_bytes(), undo)
        _replace(checkout.catalog_file, catalog.read_bytes())
        undo.pop_all()
    shown = catalog.relative_to(staged.root)
    return [str(shown), *map(str, names)]


def _write_new(file: Path, content: bytes, undo: ExitStack) -> None:
    missing = [folder for folder in (file.parent, *file.parents) if not folder.exists()]
    for folder in reversed(missing):
        if not folder.exists():
            folder.mkdir()
            undo.callback(folder.rmdir)
    try:
        with file.open("xb") as stream:
            undo.callback(file.unlink)
            stream.write(content)
    except FileExistsError as error:
        raise BadDraft(f"{file} exists now: repeat the command with another name") from error


def _replace(file: Path, content: bytes) -> None:
    """Replace a file at once, with its permissions. An editor never sees a part of it."""
    beside = file.with_name(f".{file.name}.new")
    try:
        beside.write_bytes(content)
        beside.chmod(file.stat().st_mode)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
