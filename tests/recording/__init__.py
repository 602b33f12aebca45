"""The picture of the first minute in the README, recorded from a terminal."""
