"""The pages that look something up: search, trace and the audit log.

What they look up belongs to the packages of the commands `search`, `trace` and `audit`.
"""
