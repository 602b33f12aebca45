"""The first page: every part of the environment on one screen, and what needs attention.

It shows what `ingest status` reads. What repairs a part belongs to the page of that part.
"""
