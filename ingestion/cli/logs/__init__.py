"""Reads the log groups of the functions, prints their lines and follows them.

What the lines say about one event or request belongs to `trace`.
"""
