"""The OpenAPI and AsyncAPI documents, made from catalog and models at build time.

It never runs in Lambda and is left out of the Lambda package.
"""
