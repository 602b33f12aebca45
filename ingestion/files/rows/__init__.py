"""Readers that yield the rows of one file format each, in bounded memory.

Archives and the mapping of columns to fields belong to other modules of `files`.
"""
