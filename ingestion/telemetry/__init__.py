"""Metrics and the redaction of errors.

Payloads and keys never pass through this package.
"""
