# What runs this configuration, and where its state is kept: beside the environments' own, under another key.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # docs/deploy.md says how its bucket, key and region are given.
  backend "s3" {
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
}
