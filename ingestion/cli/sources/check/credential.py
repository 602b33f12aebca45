"""Says whether the environment has the credential of a source. It never shows one."""

from typing import NamedTuple

from ingestion.auth.live_secrets import LiveSecret
from ingestion.cli.counts import count_of
from ingestion.cli.environment import Deployment
from ingestion.cli.login.known import repair_command
from ingestion.cli.secrets import SecretsError, read_secrets
from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.section import Finding, Section, shown_time
from ingestion.syntax.times import timestamp

_LATER = {
    "api_key": "the deployment makes its API key.",
    "iam": "AWS checks the signature of the request.",
}


class Credential(NamedTuple):
    """How many keys or secrets are valid, and when the newest was added. None: not known here."""

    live: int | None
    newest_added_at: str | None


def credential_section(source: CheckedSource) -> Section:
    """Return the kind of the credential, and whether the environment has one."""
    auth, running = source.current.auth, source.running
    document = {"auth": auth, "live": None, "newest_added_at": None}
    if running is None:
        later = _LATER.get(auth, "add its secret after the deployment.")
        return Section("credential", document, [f"{auth}: {later}"])
    if auth == "iam":
        principals = source.current.principals
        lines = [f"{auth}: these roles and users may post.", *(f" {each}" for each in principals)]
        return Section("credential", document | {"principals": principals}, lines)
    try:
        found = _api_key(source, running) if auth == "api_key" else _secrets(source, running)
    except SecretsError as error:
        command = running.command("secrets", "list", "--source", source.name)
        finding = Finding("invalid_secret", f"{error}.", command)
        return Section("credential", document, [f"{auth}: {error}."], [finding])
    findings = [_missing(source, running)] if found.live == 0 else []
    return Section("credential", document | found._asdict(), [_text(auth, found)], findings)


def _secrets(source: CheckedSource, running: Deployment) -> Credential:
    live: list[LiveSecret] = read_secrets(running, source.name)[1]
    return Credential(len(live), max((secret.created_at for secret in live), default=None))


def _api_key(source: CheckedSource, running: Deployment) -> Credential:
    """Ask API Gateway for the key, without its value."""
    key_id = running.api_key_ids.get(source.name)
    if key_id is None:
        return Credential(1 if source.name in running.api_keys else None, None)
    client = running.client("apigateway")
    try:
        found = client.get_api_key(apiKey=key_id)
    except client.exceptions.NotFoundException:
        return Credential(0, None)
    return Credential(int(found["enabled"]), timestamp(found["createdDate"]))


def _text(auth: str, found: Credential) -> str:
    noun = "API key" if auth == "api_key" else "secret"
    if found.live is None:
        return f"{auth}: whether the {noun} exists is not known here."
    if not found.live:
        return f"{auth}: no {noun} is valid."
    count = f"{count_of(found.live, noun)} {'is' if found.live == 1 else 'are'} valid"
    added = found.newest_added_at
    newest = f", the newest since {shown_time(added)}" if added else ""
    return f"{auth}: {count}{newest}."


def _missing(source: CheckedSource, running: Deployment) -> Finding:
    name = source.name
    if source.current.auth == "api_key":
        text = f"{name} has no enabled API key in API Gateway: every request gets 403."
        return Finding("no_api_key", text, repair_command(running.environment))
    text = (
        f"{name} has no secret: every request gets 401. Add one. If the sender makes the secret,"
        " pass --from-stdin."
    )
    return Finding("no_secret", text, running.command("secrets", "add", "--source", name))
