"""Who calls: API keys, IAM principals, signed requests and the guard against replays.

What a caller may send belongs to the catalog, and what a request holds to `http`.
"""
