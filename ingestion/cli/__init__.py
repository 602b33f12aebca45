"""The command `ingest`: one file per group of commands, and what the commands share.

It never runs in Lambda and is left out of the Lambda package.
"""
