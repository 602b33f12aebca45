"""The one table: conditional writes, reads, relations and the changes that its stream reports.

Only this package writes items; `cli.redact_output` also reads their attribute names. The rules of
events belong to `event` and `catalog`.
"""
