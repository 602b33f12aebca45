"""How the functions call AWS: clients, retries and the encoding of frequent calls.

Nothing in it knows what an event or an entity is.
"""
