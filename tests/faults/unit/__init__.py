"""Unit tests of the soak's own parts: a model that notices nothing would prove nothing."""
