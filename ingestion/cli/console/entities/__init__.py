"""The pages of entities: lists, one entity with its relations, and corrections.

Reading and correcting belong to `ingestion.cli.entities`.
"""
