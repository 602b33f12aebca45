"""The one table: conditional writes, reads, relations and the changes that its stream reports.

How an item is laid out is known here; what an event must be belongs to `event` and `catalog`.
"""
