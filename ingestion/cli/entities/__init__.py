"""The commands that read stored entities, export them, and put them into the index by time.

Reading belongs to `store`. Sending events belongs to `send` and `client`.
"""
