"""Hostile inputs with the answers that docs/http.md documents.

Every input that once caused a failure is added here, and sent over each path into the platform.
"""
