"""JMESPath as rules use it: its syntax, its functions with exact numbers, the paths that it reads.

Code that knows rules or entities does not belong here.
"""
