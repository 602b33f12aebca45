"""The topic and the queues: publishing in order, handling a FIFO batch, dead letters.

What a message says belongs to `event`, and what is done with one to the handlers.
"""
