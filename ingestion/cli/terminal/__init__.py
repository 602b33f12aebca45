"""What several commands do besides printing: ask, show progress, and write a file.

Printing data and messages belongs to `ingestion.cli.output`.
"""
