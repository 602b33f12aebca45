"""Dead letters that point to a request in quarantine: read, redrive and delete the request.

Code that maps a request, or that keeps one, does not belong here but in `http.quarantine`.
"""
