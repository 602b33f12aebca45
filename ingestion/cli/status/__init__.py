"""`ingest status`: reads queues, metrics and states, and names what needs attention.

It only reads. What changes a source belongs to `sources`, what shows a dead letter to `dlq`.
"""
