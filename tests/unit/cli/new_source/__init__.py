"""What `ingest source new` guesses from the values of a sample."""
