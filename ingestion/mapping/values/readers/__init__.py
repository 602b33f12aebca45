"""Reads times and numbers from values, in the formats that rules name.

Code that knows forms or other keys of rules does not belong here.
"""
