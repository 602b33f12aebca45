"""The commands that read stored entities, export them, and add them to the index by time.

Reading belongs to `store`. Sending events belongs to `send` and `client`.
"""
