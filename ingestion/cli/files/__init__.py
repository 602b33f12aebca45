"""Uploaded files for operators: list uploads, show their reports, and process a file again.

Reading files and making events of them belongs to `ingestion.files`.
"""
