"""Changes the webhook secrets of one source in an environment."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ingestion.auth.webhook_secrets import MAX_LIVE, SECRETS, WebhookSecret, live_secrets
from ingestion.cli.environment import Deployment
from ingestion.errors import IngestionError

_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"  # The second as in AWS's own rotations.


class BadSecret(IngestionError):
    """The stored secrets are invalid, or there would be too many."""


class SecretConflict(IngestionError):
    """Someone else changed the secrets after they were read. Nothing was changed."""


@dataclass(frozen=True)
class WebhookSecretAdmin:
    """The live secrets of one source, oldest first. Every change is audited first."""

    deployment: Deployment
    source: str

    def live(self) -> list[WebhookSecret]:
        """Return the live secrets. Raises BadSecret."""
        return self._read()[1]

    def add(self) -> WebhookSecret:
        """Add a live secret. Raises SecretConflict, or BadSecret if there are too many."""
        version_id, live = self._read()
        if len(live) >= MAX_LIVE:
            raise BadSecret(f"{MAX_LIVE} secrets are live: retire one first")
        added = WebhookSecret.new()
        self._write("add_secret", added, version_id, [*live, added])
        return added

    def retire(self, secret: WebhookSecret) -> None:
        """Remove a live secret. Raises SecretConflict."""
        version_id, live = self._read()
        left = [kept for kept in live if kept.secret_id != secret.secret_id]
        self._write("retire_secret", secret, version_id, left)

    @property
    def _name(self) -> str:
        return self.deployment.webhook_secret_names[self.source]

    @property
    def _client(self) -> Any:
        return self.deployment.client("secretsmanager")

    def _read(self) -> tuple[str | None, list[WebhookSecret]]:
        """Return the current version's id and its live secrets; none before the first version."""
        try:
            answer = self._client.get_secret_value(SecretId=self._name, VersionStage=_CURRENT)
            return answer["VersionId"], live_secrets(answer)
        except self._client.exceptions.ResourceNotFoundException:
            return None, []
        except ValidationError as error:
            raise BadSecret(f"{self._name} does not hold a list of valid secrets") from error

    def _write(
        self, action: str, secret: WebhookSecret, read_id: str | None, live: list[WebhookSecret]
    ) -> None:
        """Store the live secrets as a version, and make it current if `read_id` still is."""
        subject = {"source": self.source, "secret_id": secret.secret_id}
        self.deployment.audit_log.write(action, [subject])
        text = SECRETS.dump_json(live).decode()
        put = self._client.put_secret_value(
            SecretId=self._name, SecretString=text, VersionStages=[_PENDING]
        )
        if _CURRENT in put["VersionStages"]:  # The first version is current at once.
            return
        move = {"VersionStage": _CURRENT, "MoveToVersionId": put["VersionId"]}
        replaced = {"RemoveFromVersionId": read_id} if read_id else {}
        known = self._client.exceptions
        try:
            self._client.update_secret_version_stage(SecretId=self._name, **move, **replaced)
        except (known.InvalidParameterException, known.ResourceNotFoundException) as error:
            raise SecretConflict(
                f"someone else has changed {self._name} meanwhile, and nothing was changed now:"
                " see `ingest secrets list`, and repeat"
            ) from error
