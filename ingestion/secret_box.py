"""The secret of one source in an environment, as its operator changes it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from ingestion.deployment import Deployment
from ingestion.errors import IngestionError
from ingestion.webhook_secrets import MAX_LIVE, SECRETS, WebhookSecret, live_secrets


class BadSecret(IngestionError):
    """The secrets are not as this platform writes them, or would not be any more."""


@dataclass(frozen=True)
class SecretBox:
    """The live secrets of one source, oldest first; every change is written down before."""

    deployment: Deployment
    source: str

    @property
    def _name(self) -> str:
        return self.deployment.webhook_secret_names[self.source]

    @cached_property
    def _client(self) -> Any:
        return self.deployment.client("secretsmanager")

    def live(self) -> list[WebhookSecret]:
        """The live secrets; none where there never was one. Raises BadSecret."""
        try:
            answer = self._client.get_secret_value(SecretId=self._name)
            return live_secrets(answer)
        except self._client.exceptions.ResourceNotFoundException:
            return []
        except ValidationError as error:
            raise BadSecret(f"{self._name} does not hold a list of sound secrets") from error

    def add(self) -> WebhookSecret:
        """Make one more secret live. Raises BadSecret where there are too many."""
        live = self.live()
        if len(live) >= MAX_LIVE:
            raise BadSecret(f"{MAX_LIVE} secrets are live: retire one first")
        made = WebhookSecret.new()
        self._write("add_secret", made, [*live, made])
        return made

    def retire(self, secret: WebhookSecret) -> None:
        """Take a live secret's power."""
        left = [it for it in self.live() if it.secret_id != secret.secret_id]
        self._write("retire_secret", secret, left)

    def _write(self, action: str, secret: WebhookSecret, live: list[WebhookSecret]) -> None:
        subject = {"source": self.source, "secret_id": secret.secret_id}
        self.deployment.audit().write(action, [subject])
        text = SECRETS.dump_json(live).decode()
        self._client.put_secret_value(SecretId=self._name, SecretString=text)
