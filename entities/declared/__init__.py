"""From a YAML file to the model of an entity: the keys of the file, and what is wrong in them.

Entities, and what those in Python need too, belong to the folder above.
"""
