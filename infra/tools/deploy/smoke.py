"""Proves within a minute that an environment works, and deletes afterwards what it made."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Annotated
from uuid import uuid4

import httpx
import typer

from entities.faults import did_you_mean
from infra.tools.deploy import smoke_steps as steps
from infra.tools.deploy.environments import LOCAL
from infra.tools.deploy.smoke_run import MAX_SECONDS, SmokeRun
from infra.tools.errors import SetupError
from infra.tools.run import console, run_tool, show_step
from ingestion.cli.client.posting import Unreachable
from ingestion.cli.environment import Deployment
from ingestion.cli.tail import follow


def run_smoke(environment: str, source: str | None) -> None:
    """Run every step. Raises SetupError at the first that fails, after it has cleaned up."""
    deployment = Deployment.load(environment)
    run = SmokeRun(
        deployment,
        _source(deployment, source),
        f"smoke-{uuid4().hex[:12]}",
        time.monotonic() + MAX_SECONDS,
    )
    _run_steps(run)
    console.print(f"{environment} works. Subscribers saw changes of {run.run_id}.")


def _run_steps(run: SmokeRun) -> None:
    wanted = {"entity_name": run.model.entity_name, "source": run.source}
    with ExitStack() as cleanup:
        cleanup.enter_context(run.http)
        feed = cleanup.enter_context(follow(run.deployment, wanted))
        planned = (
            ("event accepted", partial(steps.post_event, run, cleanup)),
            ("unknown key refused", partial(steps.post_with_unknown_key, run)),
            ("row read", partial(steps.wait_for_row, run)),
            ("change received", partial(steps.wait_for_change, run, feed)),
            ("dead letter dropped", partial(steps.drop_dead_letter, run)),
            ("file stored", partial(steps.upload_file, run, cleanup)),
        )
        for number, (title, step) in enumerate(planned, 1):
            with show_step(f"{number} of {len(planned)}: {title}"):
                _run_step(title, step)


def _run_step(title: str, step: Callable[[], None]) -> None:
    started = time.monotonic()
    try:
        step()
    except httpx.RequestError as error:
        raise Unreachable(str(error.request.url.copy_with(query=None))) from error
    console.print(f"ok  {title} ({time.monotonic() - started:.1f} s)")


def _source(deployment: Deployment, wanted: str | None) -> str:
    """Return the wanted source, or the first one that this command can use. Raises SetupError."""
    sources = deployment.catalog.sources.items()
    with_key = [name for name, s in sources if name in deployment.api_keys and not s.map]
    if wanted is not None and wanted not in with_key:
        known = ", ".join(with_key)
        raise SetupError(
            f"SOURCE must be one of those with auth api_key and without map: {known}"
            f"{did_you_mean(wanted, with_key) or '.'}"
        )
    if not with_key:
        raise SetupError("No source without map has auth api_key, which this command uses.")
    return wanted or with_key[0]


def main(
    environment: Annotated[str, typer.Argument(metavar="ENVIRONMENT")] = LOCAL,
    source: Annotated[
        str | None, typer.Option(help="A source with auth api_key and without map.")
    ] = None,
) -> None:
    """Prove that an environment works: event, row, change, dead letter, upload, refused key."""
    run_tool(partial(run_smoke, environment, source))


if __name__ == "__main__":
    typer.run(main)
