"""Finds the items of a payload, and makes one event of each.

Code that gives a single field its value does not belong here.
"""
