"""The files of a draft are written to a checkout: all of them, or none."""

from pathlib import Path

import pytest
import typer

from ingestion.cli.checkout import Checkout
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.write_files import copy_all

CATALOG = "config/sources.yaml"
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

    names = copy_all(staged, checkout)

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
        copy_all(staged, checkout)

    assert paths(checkout) == before
    assert (checkout.root / "entities" / "shop.yaml").read_text() == "mine\n"
    assert checkout.catalog_file.read_text() == "old\n"


def test_a_catalog_that_cannot_be_replaced_leaves_nothing_behind(
    staged: Checkout, checkout: Checkout
) -> None:
    checkout.catalog_file.unlink()
    checkout.catalog_file.mkdir()
    before = paths(checkout)

    with pytest.raises(typer.Exit):
        copy_all(staged, checkout)

    assert paths(checkout) == before
