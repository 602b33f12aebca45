"""The platform's HTTP client: credentials, posting with retries, sending events, uploading files.

It knows the public interface only, and prints nothing.
"""
