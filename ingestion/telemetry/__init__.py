"""What the platform reports about itself: metrics, log lines and the redaction of errors.

No payload and no key ever passes through it.
"""
