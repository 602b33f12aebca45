"""The options that several commands share."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ingestion.cli.environment import Deployment, UnknownEnvironment
from ingestion.cli.login.api_access import ApiAccess, needs_login
from ingestion.cli.login.known import default_environment
from ingestion.cli.start.completion import (
    complete_columns,
    complete_environment,
    complete_source,
)

_AGE = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)  # Nothing is older, and AWS refuses earlier times.
Output = Literal["table", "json"]

Shown = Annotated[Output, typer.Option("--output", "-o", help="table or json.")]
Limit = Annotated[int, typer.Option(help="At most this many; 0 for all.", min=0)]
Columns = Annotated[
    str | None,
    typer.Option(
        metavar="A,B,…",
        autocompletion=complete_columns,
        help="The columns of the table, in this order (default: all that fit).",
    ),
]
ShowPersonal = Annotated[
    bool, typer.Option("--show-personal", help="Show personal data, which is hidden otherwise.")
]


if TYPE_CHECKING:
    _DeploymentOrAccess = Deployment | ApiAccess
else:
    _DeploymentOrAccess = object  # Typer supports no union. The callback returns the value.


def _load(context: typer.Context, environment: str) -> Deployment | ApiAccess | str:
    if context.resilient_parsing:  # A completion loads only what it needs.
        return environment
    name = environment or default_environment(context.obj)
    # No environment's name has a colon or a slash. A URL may lack its scheme.
    is_url = ":" in name or "/" in name
    return ApiAccess.of(name) if is_url else Deployment.load(name, context.obj)


def _load_deployment(context: typer.Context, environment: str) -> Deployment | str:
    found = _load(context, environment)
    if isinstance(found, ApiAccess):
        raise needs_login(found)
    return found


def _load_if_known(context: typer.Context, environment: str) -> Deployment | str | None:
    """Return the environment. Without a name, a checkout may have none yet."""
    try:
        return _load_deployment(context, environment)
    except UnknownEnvironment:
        if environment or not context.obj.catalog_file.is_file():
            raise
        return None


def _require_source(context: typer.Context, source: str) -> str:
    """Return the source. It may be missing if --env is the URL of a source."""
    deployment = context.params.get("deployment")
    if not source and not isinstance(deployment, ApiAccess):
        names = ", ".join(deployment.catalog.sources) if deployment else ""
        raise typer.BadParameter(f"is missing: name a source of the catalog: {names}".rstrip(": "))
    return source


def _env_option(load: Callable[..., Any], help_text: str) -> Any:
    return typer.Option(
        "--env",
        parser=str,
        callback=load,
        autocompletion=complete_environment,
        default_factory=str,
        show_default=False,
        metavar="NAME",
        help=help_text,
    )


Env = Annotated[
    Deployment,
    _env_option(
        _load_deployment, "The environment, such as prod (default: local, or the only login)."
    ),
]
EnvIfKnown = Annotated[
    Deployment | None,
    _env_option(
        _load_if_known,
        "The environment, such as prod (default: local, or the only login, if there is one).",
    ),
]
EnvOrUrl = Annotated[
    _DeploymentOrAccess,
    _env_option(
        _load, "The environment, such as prod, or a URL (default: INGEST_URL, local, or the login)."
    ),
]

SourceOption = Annotated[
    str,
    typer.Option(
        callback=_require_source,
        autocompletion=complete_source,
        default_factory=str,
        show_default=False,
        help="The source's name in the catalog; not for the URL of a source.",
    ),
]


def parse_moment(text: str) -> datetime:
    """Parse a time in RFC 3339, or an age such as 2h. Return the time in UTC, from 1970 on."""
    try:
        if age := _AGE.fullmatch(text):
            moment = datetime.now(UTC) - timedelta(**{_UNITS[age[2]]: int(age[1])})
        else:
            moment = datetime.fromisoformat(text.upper())
        known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(known, _FIRST_MOMENT).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(
            f"{text!r} must be an age such as 30m, 2h or 7d, or a time such as 2026-01-31T12:00:00Z"
        ) from error


def parse_past_moment(text: str) -> datetime:
    """Parse a time as `parse_moment` does. Refuses one in the future: no metric begins there."""
    moment = parse_moment(text)
    if moment > datetime.now(UTC):
        raise typer.BadParameter(f"{text!r} is in the future: use an age such as 30m, 2h or 7d")
    return moment


Since = Annotated[
    datetime | None,
    typer.Option("--since", parser=parse_moment, help="Since 30m, 2h, 7d or 2026-01-31T12:00:00Z."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print what would happen, and change nothing.")
]
