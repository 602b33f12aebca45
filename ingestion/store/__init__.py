"""The one table: conditional writes, reads, relations and the changes that its stream reports.

Only this package knows the layout of an item. The rules of events belong to `event` and `catalog`.
"""
