"""What the values of a sample are: paths, items, ids, times, and the types of fields.

Nothing here asks, prints or writes.
"""
