"""What runs on a laptop or in CI: building the Lambda package, deploying, the local stack.

Nothing here ever runs in a Lambda function.
"""
