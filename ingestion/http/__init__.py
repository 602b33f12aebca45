"""Requests and responses of the HTTP functions: paths, parameters, results, problems.

Authentication belongs to `auth`, and the meaning of an event to `intake`.
"""
