"""Steers a source: close and open its path, pause and resume its worker.

What the API does with a closed source belongs to `store` and `auth`.
"""
