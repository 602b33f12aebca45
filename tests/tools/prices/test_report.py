"""The printed costs: each line is units x price."""

import re

import pytest

from infra.tools.prices.price_list import load_prices
from infra.tools.prices.report import print_costs
from ingestion.cli.environment import load_catalog
from tests.tools.prices.plans import alarm, change, function, indexer, resources


def test_every_line_is_a_product_and_every_total_their_sum(
    capsys: pytest.CaptureFixture[str],
) -> None:
    planned = resources(
        function(),
        indexer(),
        change("aws_kms_key.this", description="k"),
        change('module.source["documents"].aws_sqs_queue.this', name="c.fifo"),
        alarm("documents-messages-wait", "c.fifo"),
        alarm("documents-ledger", "c.fifo", "other"),
    )

    print_costs(planned, load_catalog(), load_prices())

    printed = capsys.readouterr().out
    assert "6 resources." in printed
    assert "not verified" in printed
    assert "One further source like documents (api_key), a month" in printed
    assert printed.count("A million events") == 2
    sums, expected = [], 0.0
    for line in printed.splitlines():
        if numbers := re.search(r"([\d.,]+) +([\d.]+) +([\d.]+) *$", line):
            amount, price, dollars = (float(text.replace(",", "")) for text in numbers.groups())
            assert amount * price == pytest.approx(dollars, abs=0.006), line
            expected += dollars
        elif total := re.search(r"total +([\d.]+)", line):
            sums.append(float(total[1]))
            assert sums[-1] == pytest.approx(expected, abs=0.03)
            expected = 0
    assert sums[:2] == [1.30, 1.50]
    assert len(sums) == 4
