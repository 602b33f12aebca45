"""The files of a draft are written to a checkout: all of them, or none."""

from pathlib import Path

import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.write_files import copy_all

CATALOG = "config/sources.yaml"
BEFORE = b"old\n"
FILES = {CATALOG: "new\n", "config/samples/shop/a.json": "{}", "entities/shop.yaml": "fields:\n"}


@pytest.fixture
def staged(tmp_path: Path) -> Checkout:
    """Return a folder with the files of a draft."""
    for name, text in FILES.items():
        file = tmp_path / "staged" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return Checkout(tmp_path / "staged")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a checkout with a catalog."""
    made = Checkout(tmp_path / "checkout")
    made.catalog_file.parent.mkdir(parents=True)
    made.catalog_file.write_text("old\n")
    return made


def paths(checkout: Checkout) -> list[str]:
    return sorted(str(path.relative_to(checkout.root)) for path in checkout.root.rglob("*"))


def test_every_file_is_written_and_named(staged: Checkout, checkout: Checkout) -> None:
    checkout.catalog_file.chmod(0o640)

    names = copy_all(staged, checkout, BEFORE)

    assert names == list(FILES)
    assert {name: (checkout.root / name).read_text() for name in names} == FILES
    assert checkout.catalog_file.stat().st_mode & 0o777 == 0o640
    assert [path for path in paths(checkout) if "." in path] == sorted(FILES)


def test_a_file_that_exists_stays_and_the_others_are_removed(
    staged: Checkout, checkout: Checkout
) -> None:
    (checkout.root / "entities").mkdir()
    (checkout.root / "entities" / "shop.yaml").write_text("mine\n")
    before = paths(checkout)

    with pytest.raises(BadDraft, match=r"entities/shop.yaml exists"):
        copy_all(staged, checkout, BEFORE)

    assert paths(checkout) == before
    assert (checkout.root / "entities" / "shop.yaml").read_text() == "mine\n"
    assert checkout.catalog_file.read_text() == "old\n"


def test_a_catalog_that_was_changed_meanwhile_is_kept(staged: Checkout, checkout: Checkout) -> None:
    checkout.catalog_file.write_text("changed\n")
    before = paths(checkout)

    with pytest.raises(BadDraft, match="was changed meanwhile: repeat the command"):
        copy_all(staged, checkout, BEFORE)

    assert paths(checkout) == before
    assert checkout.catalog_file.read_text() == "changed\n"


def test_the_target_of_a_linked_catalog_is_replaced(staged: Checkout, checkout: Checkout) -> None:
    target = checkout.root / "target.yaml"
    checkout.catalog_file.rename(target)
    checkout.catalog_file.symlink_to(target)

    copy_all(staged, checkout, BEFORE)

    assert checkout.catalog_file.is_symlink()
    assert target.read_text() == "new\n"


def test_a_file_that_cannot_be_written_is_named(staged: Checkout, checkout: Checkout) -> None:
    (checkout.root / "entities").write_text("no folder")
    before = paths(checkout)

    with pytest.raises(BadDraft, match=r"entities/shop\.yaml: Not a directory"):
        copy_all(staged, checkout, BEFORE)

    assert paths(checkout) == before


def test_a_catalog_that_cannot_be_replaced_leaves_nothing_behind(
    staged: Checkout, checkout: Checkout
) -> None:
    (staged.root / CATALOG).write_bytes(b"\xff")
    before = paths(checkout)

    with pytest.raises(UnicodeDecodeError):
        copy_all(staged, checkout, BEFORE)

    assert paths(checkout) == before
