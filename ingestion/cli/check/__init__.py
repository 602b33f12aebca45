"""Checks of the stored rows: dangling references, and rows that no model accepts.

The commands are in `commands`. What checks events before they are stored belongs to `entities`.
"""
