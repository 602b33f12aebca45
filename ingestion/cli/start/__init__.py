"""How the command starts: its entry point, the import of a used command, and completion.

What several commands share belongs to `ingestion.cli`.
"""
