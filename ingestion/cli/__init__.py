"""The command `ingest`: one file for each group of commands, and the code that they share.

The Lambda package does not contain it.
"""
