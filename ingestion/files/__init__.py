"""From an object in S3 to rows or a document, and from these to parts of events with a report.

Everything that reads a file format belongs here. The rules of events belong to `intake`.
"""
