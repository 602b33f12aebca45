"""The ingestion platform: edges, capabilities, the message and the error tree."""
