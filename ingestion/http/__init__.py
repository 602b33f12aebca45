"""What an HTTP function reads and answers: requests, paths, parameters, results, problems.

Who may call belongs to `auth`, and the meaning of an event to `intake`.
"""
