"""What runs on a laptop or in CI and never in a function: build, Terraform, the local stack."""
