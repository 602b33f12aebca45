"""Rules that turn any payload into events: their models, their expressions and their evaluation.

The rules of a source come from the catalog. Code that reads HTTP or files, or that validates an
entity's values at run time, does not belong here.
"""
