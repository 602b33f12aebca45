"""A followed upload is printed like a shown one."""

import json

import pytest
import typer

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.options import Output
from ingestion.cli.output import CommandFailed
from ingestion.cli.sending.upload import print_report
from ingestion.files.report import Report
from ingestion.files.upload import UploadKeys
from tests.integration.cloud import Cloud
from tests.integration.uploads.conftest import read_file
from tests.support.files.dropped import table


@pytest.mark.parametrize(
    ("state", "code", "advice"),
    [
        ("done", 4, "--rejected --env prod"),
        ("unbalanced", 5, "Run `ingest files retry {upload_id} --env prod`"),
    ],
)
@pytest.mark.usefixtures("ingest")
def test_a_followed_upload_is_printed_like_a_shown_one(
    cloud: Cloud,
    checkout: Checkout,
    capsys: pytest.CaptureFixture[str],
    state: str,
    code: int,
    advice: str,
) -> None:
    prod = checkout.outputs_file("prod")
    prod.parent.mkdir()
    checkout.outputs_file("local").rename(prod)
    upload_id = read_file(cloud, "x.csv", table(5, bad=lambda n: n == 2))
    keys = UploadKeys("sourceB", upload_id)
    report = Report.model_validate_json(cloud.content(keys.report_key))
    report = report.model_copy(update={"state": state})
    deployment = Deployment.load("prod", checkout)
    capsys.readouterr()

    with pytest.raises((typer.Exit, CommandFailed)) as ended:
        print_report(deployment, keys, report, show_personal=True, output="table")

    printed = capsys.readouterr()
    text = " ".join(f"{printed.err} {ended.value}".split())
    assert isinstance(ended.value, typer.Exit | CommandFailed)
    assert ended.value.exit_code == code
    assert "uploads/sourceB/x.csv" in printed.out
    assert "line 3: invalid_entity: contract_type: " in text
    assert f"All rejected rows: ingest files show {upload_id} --rejected --env prod" in text
    assert advice.format(upload_id=upload_id) in text


@pytest.mark.usefixtures("ingest")
@pytest.mark.parametrize("output", ["table", "json"])
def test_a_followed_upload_that_was_refused_says_so_in_each_output(
    cloud: Cloud, checkout: Checkout, capsys: pytest.CaptureFixture[str], output: Output
) -> None:
    keys = UploadKeys("sourceB", read_file(cloud, "x.csv", "contract_id,colour\n"))
    report = Report.model_validate_json(cloud.content(keys.report_key))
    deployment = Deployment.load("local", checkout)
    capsys.readouterr()

    with pytest.raises((typer.Exit, CommandFailed)) as ended:
        print_report(deployment, keys, report, show_personal=True, output=output)

    printed = capsys.readouterr().out
    assert isinstance(ended.value, typer.Exit | CommandFailed)
    assert ended.value.exit_code == 4
    if output == "json":
        shown = json.loads(printed)
        assert (shown["state"], shown["refused"]) == ("refused", "unknown_column")
    else:
        assert "state: refused" in printed
