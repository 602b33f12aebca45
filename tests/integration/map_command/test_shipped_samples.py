"""`make test` tests the samples of every mapped source of the catalog, as `ingest map --check`."""

from ingestion.cli.checkout import THIS_CHECKOUT
from ingestion.cli.environment import load_catalog
from ingestion.cli.mapping.sample_commands import mapped_sources
from ingestion.cli.mapping.sample_tests import try_samples
from ingestion.cli.mapping.samples import find_samples

CATALOG = load_catalog()
MAPPED = mapped_sources(CATALOG)


def test_every_sample_belongs_to_a_mapped_source() -> None:
    assert list(find_samples(THIS_CHECKOUT, MAPPED)) == MAPPED


def test_the_samples_of_every_source_make_what_is_expected() -> None:
    found = find_samples(THIS_CHECKOUT, MAPPED)

    faults = {name: try_samples(name, CATALOG, found[name]).faults for name in MAPPED}

    assert faults == {name: [] for name in MAPPED}
