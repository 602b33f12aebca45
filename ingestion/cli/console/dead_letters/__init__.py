"""The pages of dead letters: list, show, redrive, edit and drop them.

They call the functions of `ingestion.cli.dlq`; reading and changing queues belongs there.
"""
