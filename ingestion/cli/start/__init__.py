"""How the command starts: its entry point, and the import of a command when it is used.

What several commands share belongs to `ingestion.cli`.
"""
