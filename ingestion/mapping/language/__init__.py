"""JMESPath as rules use it: its syntax, and its functions with exact numbers.

Code that knows rules or entities does not belong here.
"""
