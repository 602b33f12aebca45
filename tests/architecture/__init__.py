"""The picture of the platform in the README, drawn from what Terraform plans."""
