"""The Lambda functions, one file each: the arrows of the architecture diagram.

A handler builds what it needs and calls inward; logic that two handlers share, or that has a
name of its own, belongs in another package.
"""
