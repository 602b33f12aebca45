"""From an object in S3 to rows, and from rows to parts of events with a report.

Everything that reads a file's format belongs here; what an event is belongs to `intake`.
"""
