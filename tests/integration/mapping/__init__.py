"""Payloads of other systems, posted to a source with rules."""
