"""Turns submissions into an `Event`: native format, CloudEvents, operators' corrections.

Code that reads HTTP or files, or calls AWS, does not belong here.
"""
