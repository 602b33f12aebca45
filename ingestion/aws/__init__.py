"""Calls to AWS: retries, the encoding of frequent calls, and the start of functions.

Code that depends on events or entities belongs elsewhere.
"""
