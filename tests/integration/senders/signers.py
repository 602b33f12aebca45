"""Signs requests as each sender does: with the sender's own library where there is one."""

import hmac
import json
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import standardwebhooks
import stripe
import svix.webhooks
from slack_sdk.signature import SignatureVerifier

from tests.support.clients import link_npm, run

# Stripe's secrets begin with whsec_ as those of Standard Webhooks do, and are no base64.
STRIPE_SECRET = "whsec_a-secret-of-stripe-which-is-not-base64"
STANDARD_SECRETS = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
)
_OCTOKIT = """
import { sign } from "@octokit/webhooks-methods";

const [secret, body] = JSON.parse(process.argv[2]);
console.log(await sign(secret, body));
"""
Headers = dict[str, str]
Sign = Callable[[str, str, int], Headers]  # The secret, the body and Unix seconds.


class Signer(NamedTuple):
    """How a sender signs, and two of its secrets."""

    sign: Sign
    header: str
    secrets: tuple[str, str]
    signs_time: bool = True
    separator: str | None = None

    def headers(self, body: str, secret: str | None = None, seconds: int = 0) -> Headers:
        """Return the headers for a body, signed so many seconds from now."""
        return self.sign(secret or self.secrets[0], body, int(time.time()) + seconds)


def _standard(secret: str, body: str, now: int) -> Headers:
    made = standardwebhooks.Webhook(secret).sign("msg_1", datetime.fromtimestamp(now, UTC), body)
    return {"webhook-id": "msg_1", "webhook-timestamp": str(now), "webhook-signature": made}


def _svix(secret: str, body: str, now: int) -> Headers:
    made = svix.webhooks.Webhook(secret).sign("msg_1", datetime.fromtimestamp(now, UTC), body)
    return {"svix-id": "msg_1", "svix-timestamp": str(now), "svix-signature": made}


def _github(secret: str, body: str, _: int) -> Headers:
    with TemporaryDirectory() as directory:
        folder = Path(directory)
        (folder / "sign.mjs").write_text(_OCTOKIT)
        link_npm(folder)
        made = run(folder, "node", "sign.mjs", json.dumps([secret, body]))
    return {"X-Hub-Signature-256": made.strip()}


def _stripe(secret: str, body: str, now: int) -> Headers:
    made = stripe.WebhookSignature.generate_signature_header(body, secret, timestamp=now)
    return {"Stripe-Signature": made}


def _shopify(secret: str, body: str, _: int) -> Headers:
    digest = hmac.digest(secret.encode(), body.encode(), "sha256")
    return {"X-Shopify-Hmac-Sha256": b64encode(digest).decode()}


def _slack(secret: str, body: str, now: int) -> Headers:
    made = SignatureVerifier(secret).generate_signature(timestamp=str(now), body=body)
    return {"X-Slack-Request-Timestamp": str(now), "X-Slack-Signature": str(made)}


_TEXTS = ("It's a Secret to Everybody", "8f742231b10e8888abcd99yyyzzz85a5")
SIGNERS = {
    "standard": Signer(_standard, "webhook-signature", STANDARD_SECRETS, separator=" "),
    "svix": Signer(_svix, "svix-signature", STANDARD_SECRETS, separator=" "),
    "github": Signer(_github, "X-Hub-Signature-256", _TEXTS, signs_time=False),
    "stripe": Signer(_stripe, "Stripe-Signature", (STRIPE_SECRET, _TEXTS[0]), separator=","),
    "shopify": Signer(_shopify, "X-Shopify-Hmac-Sha256", _TEXTS, signs_time=False),
    "slack": Signer(_slack, "X-Slack-Signature", _TEXTS),
}
