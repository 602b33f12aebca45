"""The page after saving: how the entry differs from the deployed one, and `make plan`."""

from collections.abc import Iterator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.checkout import Checkout
from ingestion.cli.console.catalog_edit.edited_file import require_checkout
from ingestion.cli.console.catalog_edit.plan_process import plan_command, read_lines
from ingestion.cli.console.forms import Form
from ingestion.cli.console.pages import page
from ingestion.cli.console.parameters import text
from ingestion.cli.console.runtime import Runtime, runtime_of
from ingestion.cli.console.source.checked import find_source
from ingestion.cli.console.work import Progress
from ingestion.cli.console.work_pages import start_work
from ingestion.cli.login.known import deploy_command
from ingestion.cli.output import exit_with_error
from ingestion.cli.sources.check.catalog_entry import entry_section
from ingestion.cli.sources.check.samples import sample_sections


def show_plan(request: Request) -> Response:
    """Say what a plan does, and what is not deployed yet."""
    deployment, name = runtime_of(request).deployment, request.path_params["name"]
    require_checkout(deployment.checkout)
    source = find_source(deployment, name)
    samples, _ = sample_sections(source)
    return page(
        request,
        "catalog_edit/plan.html",
        title=f"Plan {name}",
        name=name,
        saved=text(request, "saved"),
        entry=entry_section(source),
        samples=samples,
        plan_command=" ".join(plan_command(deployment.environment)),
        deploy_command=deploy_command(deployment.environment),
    )


def start_plan(request: Request, _: Form) -> Response:
    """Run the plan, and lead to the page that shows its lines."""
    runtime, name = runtime_of(request), request.path_params["name"]
    require_checkout(runtime.deployment.checkout)
    find_source(runtime.deployment, name)
    words = " ".join(plan_command(runtime.deployment.environment))
    return start_work(request, f"Run {words}", partial(_plan, runtime), f"/sources/{name}/plan")


def _plan(runtime: Runtime, progress: Progress) -> Iterator[str]:
    """Add each line of the plan to the progress. Terraform locks its state: one plan at a time."""
    if not runtime.planning.acquire(blocking=False):
        exit_with_error("a plan is running already: wait until it has ended")
    try:
        environment = runtime.deployment.environment
        yield from _plan_lines(runtime.deployment.checkout, environment, progress)
    finally:
        runtime.planning.release()


def _plan_lines(checkout: Checkout, environment: str, progress: Progress) -> Iterator[str]:
    for line in read_lines(checkout, plan_command(environment), progress.is_stopping):
        progress.lines.append(line)
    yield (
        f"Nothing was changed: `{deploy_command(environment)}` deploys the checkout to"
        f" {environment}."
    )
