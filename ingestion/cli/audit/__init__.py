"""The audit log: each command writes to it before it changes something, and `audit` lists it.

Who may write and read belongs to the roles of the operators.
"""
