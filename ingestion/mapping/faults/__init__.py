"""Finds what is wrong in a rule before any payload arrives, one kind of fault a file.

Code that maps payloads does not belong here.
"""
