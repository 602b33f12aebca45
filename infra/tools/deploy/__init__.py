"""Plans and applies an environment with Terraform, and guards what the environment holds.

The local stack's own means belong to `stack`.
"""
