"""The console: web pages on the operator's own machine that show and do what the commands do.

It calls the functions of the commands, with the operator's AWS credentials; no Lambda serves it.
"""
