"""Builds the Lambda package.

Deploying the Lambda package belongs to `deploy`.
"""
