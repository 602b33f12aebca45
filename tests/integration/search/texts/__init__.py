"""The texts of entities and documents: how they are indexed, shown and deleted."""
