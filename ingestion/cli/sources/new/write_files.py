"""Writes the files of a draft to the checkout: all of them, or none."""

from contextlib import ExitStack
from pathlib import Path

from ingestion.cli.catalog_text.replace_file import (
    CatalogChanged,
    locked_catalog,
    replace_catalog,
)
from ingestion.cli.checkout import Checkout
from ingestion.cli.sources.new.bad_draft import BadDraft


def copy_all(staged: Checkout, checkout: Checkout, catalog_before: bytes) -> list[str]:
    """Copy the staged files, the catalog last, and return their names. No file is overwritten.

    `catalog_before` is what the draft was made from: a draft that another command wrote meanwhile
    is kept. Raises BadDraft if the catalog was changed, or if a file exists or cannot be written.
    The command ends if the catalog cannot be replaced. No new file stays in either case.
    """
    catalog = staged.catalog_file
    new = sorted(file for file in staged.root.rglob("*") if file.is_file() and file != catalog)
    names = [file.relative_to(staged.root) for file in new]
    try:
        with locked_catalog(checkout, catalog_before), ExitStack() as undo:
            for file, name in zip(new, names, strict=True):
                _write_new(checkout.root / name, file.read_bytes(), undo)
            replace_catalog(checkout, catalog.read_bytes().decode())
            undo.pop_all()
    except CatalogChanged as error:
        raise BadDraft(f"{error}: repeat the command") from error
    shown = catalog.relative_to(staged.root)
    return [str(shown), *map(str, names)]


def _write_new(file: Path, content: bytes, undo: ExitStack) -> None:
    missing = [folder for folder in (file.parent, *file.parents) if not folder.exists()]
    try:
        for folder in reversed(missing):
            if not folder.exists():
                folder.mkdir()
                undo.callback(folder.rmdir)
        with file.open("xb") as stream:
            undo.callback(file.unlink)
            stream.write(content)
    except FileExistsError as error:
        raise BadDraft(f"{file} exists: repeat the command with another name") from error
    except OSError as error:
        raise BadDraft(f"{file}: {error.strerror}") from error
