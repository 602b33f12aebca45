"""Authentication: API keys, IAM principals, passwords, signatures and the guard against replays.

The catalog decides what a caller may send, and `http` reads what a request holds.
"""
