"""The platform's HTTP client: credentials, posting with retries, sending events, uploading files.

It uses the HTTP API; `uploader` also reads reports from the bucket. It prints nothing.
"""
