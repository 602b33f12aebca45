"""Environments without a checkout: `ingest login` keeps their names and URLs for this user.

The keys are not kept: commands read them from INGEST_KEY or from API Gateway.
"""
