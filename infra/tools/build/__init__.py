"""Builds the Lambda package.

What is deployed with it belongs to `deploy`.
"""
