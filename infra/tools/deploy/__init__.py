"""Plans and applies an environment with Terraform, and guards what the environment holds.

Code for the local stack belongs to `stack`.
"""
