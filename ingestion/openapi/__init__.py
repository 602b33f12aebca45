"""The OpenAPI and AsyncAPI documents, made from catalog and models at build time.

The package never runs in Lambda, and the Lambda package does not contain it.
"""
