"""The overview shows each part, and leads from each problem to the page that repairs it."""

import re

import httpx
import pytest

from ingestion.cli.environment import Deployment
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.console.overview.broken import break_all
from tests.integration.console.reading import text_of
from tests.integration.status.measured import LAMBDA, platform, put_metric
from tests.integration.status.test_findings import log_lines, send
from tests.support.terraform.planned import Plan


def row_of(page: httpx.Response, name: str) -> str:
    """Return the HTML of the row of a part."""
    rows: list[str] = re.findall(r"<tr.*?</tr>", page.text, re.S)
    [found] = [row for row in rows if f">{name}</" in row]
    return found


@pytest.mark.usefixtures("deployment")
def test_a_source_shows_its_last_hour_its_lag_and_its_last_event(
    console: httpx.Client, planned: Plan
) -> None:
    for metric, value, minutes_ago in (
        ("EventAccepted", 1200, 5),
        ("EventStored", 1100, 4),
        ("EventDeadLettered", 7, 40),
        ("LagFromReceipt", 4200, 4),
    ):
        put_metric(platform(planned), metric, "sourceB", value, minutes_ago=minutes_ago)

    page = console.get("/")

    row = row_of(page, "sourceB")
    assert "1,200 accepted in the last hour, at most 1,200 in a minute" in row
    assert "1,100 stored in the last hour" in row
    assert "7 became dead letters in the last hour" in row
    assert "<div>4.2s</div>" in row
    assert re.search(r"<time[^>]*>[567]m ago</time>", row)
    assert row.count("<svg") == row.count('role="img"') == 3
    assert "The same in a terminal: ingest status Copy" in text_of(page)


def test_each_problem_has_its_page_and_its_command(
    console: httpx.Client, run: Ingest, cloud: Cloud, deployment: Deployment
) -> None:
    run("pause", "sourceB")
    run("close", "sourceC")
    send(cloud, deployment.dead_letter_queue_urls["sourceA"])
    send(cloud, cloud.unrouted_queue_url)

    page = console.get("/")

    shown = text_of(page)
    for words in (
        "sourceA has 1 dead letter. See the dead letters ingest dlq list --source sourceA",
        "sourceB is paused: its worker stores nothing, and no message waits. Resume it ingest",
        "Open it ingest open sourceC",
        "The unrouted queue has 1 message, which no source stores. See the messages ingest dlq",
    ):
        assert words in shown
    for url in (
        "/dead-letters/largest?source=sourceA",
        "/sources/sourceB/resume",
        "/sources/sourceC/open",
    ):
        assert f'href="{url}"' in page.text
    assert '<span class="badge warn">paused</span>' in row_of(page, "sourceB")


@pytest.mark.usefixtures("deployment")
def test_only_parts_that_need_attention_are_shown_if_the_url_says_so(
    console: httpx.Client, run: Ingest
) -> None:
    run("pause", "sourceB")

    page = console.get("/", params={"shown": "attention"})

    shown = text_of(page)
    assert "sourceB" in row_of(page, "sourceB")
    assert "sourceC" not in shown
    assert 'hx-sse:connect="/live?shown=attention"' in page.text


@pytest.mark.usefixtures("deployment")
def test_sources_are_sorted_as_the_url_says(console: httpx.Client, planned: Plan) -> None:
    put_metric(platform(planned), "EventAccepted", "sourceC", 9)

    page = console.get("/", params={"sort": "accepted"})

    assert page.text.index(">sourceC</a>") < page.text.index(">sourceA</a>")
    assert '<th scope="col" aria-sort="descending"><a href="/?sort=accepted">' in page.text


@pytest.mark.usefixtures("deployment")
def test_an_error_of_a_function_is_a_text_and_never_markup(
    console: httpx.Client, deployment: Deployment
) -> None:
    worker = deployment.function_names["workers"]["sourceB"]
    put_metric(LAMBDA, "Errors", worker, 1)
    log_lines(
        f"/aws/lambda/{worker}", "[ERROR] <script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}"
    )

    page = console.get("/")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;\N{REPLACEMENT CHARACTER}" in page.text


@pytest.mark.parametrize("query", ["sort=size", "shown=none", "live=maybe"])
@pytest.mark.parametrize("path", ["/", "/live"])
def test_an_unknown_choice_is_refused_with_the_known_ones(
    console: httpx.Client, path: str, query: str
) -> None:
    response = console.get(f"{path}?{query}")

    assert response.status_code == 422
    assert f"{query.partition('=')[0]} must be one of: " in text_of(response)


@pytest.mark.usefixtures("deployment")
def test_updates_can_be_stopped_by_a_link(console: httpx.Client) -> None:
    page = console.get("/", params={"live": "off"})

    assert "hx-sse:connect" not in page.text
    assert "Updates are off. Start them" in text_of(page)


def test_more_than_ten_problems_are_behind_a_button(
    console: httpx.Client, run: Ingest, cloud: Cloud, deployment: Deployment
) -> None:
    break_all(run, cloud, deployment)

    page = console.get("/")

    lists = re.findall(r'<ul class="problems">(.*?)</ul>', page.text, re.S)
    first, others = (each.count("<li") for each in lists)
    assert first == 10
    assert others >= 1
    assert f"Needs attention ({10 + others})" in text_of(page)
    assert f"<summary>and {others} more</summary>" in page.text
    ids = re.findall(r'id="problem-(\d+)"', page.text)
    assert list(map(int, ids)) == list(range(1, 11 + others))
