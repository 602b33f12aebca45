"""The search index: what it holds about an entity, its commits in S3, and its queries.

Requests and responses, and the extraction of documents, belong elsewhere.
"""
