"""Calls to AWS: retries, the encoding of frequent calls, and the start of functions.

Nothing here knows events or entities.
"""
