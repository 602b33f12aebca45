# The versions of Terraform and its provider, and the backend of the state.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }

  # docs/deploy.md shows how to set bucket, key and region.
  backend "s3" {
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
}
