"""The one table: conditional writes, reads, relations and the changes that its stream reports.

Nothing outside this package knows how an item is laid out.
"""
