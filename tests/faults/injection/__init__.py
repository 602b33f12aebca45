"""The faults of a soak, and what the proxy and the endpoint record meanwhile.

What is sent belongs to `history`, and what must come out to `models`.
"""
