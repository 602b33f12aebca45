"""Tools for a laptop or CI: they build the Lambda package, deploy, and run the local stack.

No Lambda function contains them.
"""
