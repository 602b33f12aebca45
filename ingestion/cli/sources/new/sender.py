"""Who may send to a new source, and what becomes of what is invalid."""

from typing import Any, Literal, NamedTuple

import typer

from ingestion.catalog.signature import PRESETS, PresetName, scheme_of
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.suggestions import unknown_name

Auth = Literal["api_key", "hmac", "basic", "bearer"]  # `iam` needs ARNs, which the entry lists.
OnInvalid = Literal["refuse", "quarantine"]


def preset_of(text: str) -> PresetName:
    """Return the preset of that name. Raises typer.BadParameter."""
    if text not in PRESETS:
        raise typer.BadParameter(
            f"{unknown_name('preset', text, PRESETS)}. For another signature draft with --auth"
            " hmac, then write `signature`: docs/senders.md#another-signature"
        )
    return text


class SenderOptions(NamedTuple):
    """How a source proves its identity. None is a default."""

    auth: Auth | None = None
    signature: PresetName | None = None
    on_invalid: OnInvalid | None = None

    @property
    def needs_time(self) -> bool:
        """Return whether each event needs a time of the body: no time of sending is signed."""
        return self.signature is not None and not scheme_of(self.signature).signs_timestamp

    def entry(self) -> dict[str, Any]:
        """Return the keys of the entry. Raises BadDraft if a signature stands beside another auth.

        A sender of webhooks does not read which of its events were refused, so quarantine is its
        default.
        """
        if self.signature and self.auth not in (None, "hmac"):
            raise BadDraft(f"--signature needs --auth hmac, and not {self.auth}")
        auth = self.auth or ("hmac" if self.signature else "api_key")
        keys = {
            "auth": auth,
            "signature": self.signature,
            "on_invalid": self.on_invalid or ("quarantine" if auth == "hmac" else None),
        }
        return {key: value for key, value in keys.items() if value}
