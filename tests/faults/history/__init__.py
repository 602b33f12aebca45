"""What the soak sends: events, corrections, files, and what the operator does with dead letters.

Faults belong to `injection`, and what must come out to `models`.
"""
