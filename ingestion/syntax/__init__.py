"""The grammars that the platform reads and writes: JSON with exact numbers, and times.

What only one format of files, bodies or addresses needs belongs to its package.
"""
