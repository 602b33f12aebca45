"""Builds the Lambda package.

The package `deploy` deploys it.
"""
