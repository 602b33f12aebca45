"""Keeps the requests of a source with `on_invalid: quarantine` that make no valid event.

The checks of a request belong to the modules above this folder, and commands to `cli`.
"""
