"""The commands that send: events of a file to the API, or a whole file of rows to the bucket.

The HTTP client belongs to `client`. How files are read on the platform belongs to `files`.
"""
