"""The language of queries: from the text of a query to its tree, and to a query of tantivy.

How the index is searched, and what a hit shows, belongs to `search`.
"""
