"""The topic and the queues: publishing in order, handling a FIFO batch, dead letters.

The content of a message belongs to `event`, and what a function does with it to the handlers.
"""
