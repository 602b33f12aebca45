"""The pages of uploaded files: lists, one upload with its report and rejected rows, and retries.

Reading reports and starting retries belong to `ingestion.cli.files`.
"""
