"""From what a sender wrote to an `Event`: native format, CloudEvents, operators' corrections.

Reading HTTP or files does not belong here, and neither does anything that calls AWS.
"""
