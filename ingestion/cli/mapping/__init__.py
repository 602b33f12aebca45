"""The command `ingest map`: tries the rules of a source on payloads, and tests them with samples.

Everything here runs in a checkout, without AWS. The rules themselves are in `ingestion.mapping`.
"""
