"""The console's pages on moto: a real server on loopback, and a client instead of a browser."""
