"""Decides what needs attention, by one rule for each problem, and names the next command.

Rules only judge a status that was read. They call no service.
"""
