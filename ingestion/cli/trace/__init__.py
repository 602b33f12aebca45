"""Finds what became of an event, a request or an upload: in dead letters, logs and the table.

It never receives from the queue of a worker. Printing logs in general belongs to `logs`.
"""
