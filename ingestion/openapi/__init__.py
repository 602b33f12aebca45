"""The OpenAPI and AsyncAPI documents, made at build time. The package never runs in Lambda."""
