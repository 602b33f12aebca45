"""Reads metrics from CloudWatch, or locally from the logs of functions, and errors from logs.

What a metric means for an operator belongs to `findings`.
"""
