"""Builds the Lambda package. Deploying the package belongs to `deploy`."""
