"""What must come out of a soak: one model for each kind of thing that goes in.

A model is a pure function of the evidence. It adds its counts and its findings to the ledger.
"""
