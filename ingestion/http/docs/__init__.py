"""The description of the API: its addresses, the OpenAPI document and the page that shows it.

Code that makes the OpenAPI document belongs to `ingestion.openapi`.
"""
