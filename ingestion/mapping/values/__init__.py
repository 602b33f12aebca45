"""Compiles what gives a field, an id, a time or an operation its value for one item.

Code that finds the items of a payload, or that makes events of them, does not belong here.
"""
