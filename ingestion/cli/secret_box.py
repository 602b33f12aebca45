"""The secret of one source in an environment, as its operator changes it."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ingestion.auth.webhook_secrets import MAX_LIVE, SECRETS, WebhookSecret, live_secrets
from ingestion.cli.environment import Deployment
from ingestion.errors import IngestionError


class BadSecret(IngestionError):
    """The secrets are not as this platform writes them, or would not be any more."""


class ChangedMeanwhile(IngestionError):
    """Someone else has changed the secrets since they were read: nothing was changed."""


_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"  # The second as in AWS's own rotations.


@dataclass(frozen=True)
class SecretBox:
    """The live secrets of one source, oldest first; every change is written down before."""

    deployment: Deployment
    source: str

    @property
    def _name(self) -> str:
        return self.deployment.webhook_secret_names[self.source]

    @property
    def _client(self) -> Any:
        return self.deployment.client("secretsmanager")

    def live(self) -> list[WebhookSecret]:
        """The live secrets; none where there never was one. Raises BadSecret."""
        return self._read()[1]

    def _read(self) -> tuple[str | None, list[WebhookSecret]]:
        """The version that is read, if there ever was one, and its live secrets."""
        try:
            answer = self._client.get_secret_value(SecretId=self._name, VersionStage=_CURRENT)
            return answer["VersionId"], live_secrets(answer)
        except self._client.exceptions.ResourceNotFoundException:
            return None, []
        except ValidationError as error:
            raise BadSecret(f"{self._name} does not hold a list of sound secrets") from error

    def add(self) -> WebhookSecret:
        """Make one more secret live. Raises ChangedMeanwhile, or BadSecret for too many."""
        version_id, live = self._read()
        if len(live) >= MAX_LIVE:
            raise BadSecret(f"{MAX_LIVE} secrets are live: retire one first")
        made = WebhookSecret.new()
        self._write("add_secret", made, version_id, [*live, made])
        return made

    def retire(self, secret: WebhookSecret) -> None:
        """Take a live secret's power. Raises ChangedMeanwhile."""
        version_id, live = self._read()
        left = [it for it in live if it.secret_id != secret.secret_id]
        self._write("retire_secret", secret, version_id, left)

    def _write(
        self, action: str, secret: WebhookSecret, read_id: str | None, live: list[WebhookSecret]
    ) -> None:
        """Make these live in place of what was read, and of nothing else."""
        subject = {"source": self.source, "secret_id": secret.secret_id}
        self.deployment.audit().write(action, [subject])
        text = SECRETS.dump_json(live).decode()
        put = self._client.put_secret_value(
            SecretId=self._name, SecretString=text, VersionStages=[_PENDING]
        )
        if _CURRENT not in put["VersionStages"]:  # As the very first one is at once.
            self._promote(put["VersionId"], read_id)

    def _promote(self, version_id: str, read_id: str | None) -> None:
        """Secrets Manager refuses it where another version is current than was read."""
        known = self._client.exceptions
        replaced = {"RemoveFromVersionId": read_id} if read_id else {}
        try:
            self._client.update_secret_version_stage(
                SecretId=self._name, VersionStage=_CURRENT, MoveToVersionId=version_id, **replaced
            )
        except (known.InvalidParameterException, known.ResourceNotFoundException) as error:
            raise ChangedMeanwhile(
                f"someone else has changed {self._name} meanwhile, and nothing was changed now:"
                " see `ingest secrets list`, and repeat"
            ) from error
