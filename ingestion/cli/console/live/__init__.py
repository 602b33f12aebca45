"""Keeps open pages current: one feed of the status for all of them, which they get as SSE.

What a page shows of the status belongs to its own package.
"""
