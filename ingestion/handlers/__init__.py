"""The Lambda functions, one file each: the arrows of the architecture diagram.

A handler builds its clients and calls the other packages. Logic that two handlers share belongs
in another package.
"""
