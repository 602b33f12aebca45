# The versions of Terraform and its provider, and the backend of the state.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }

  # Bucket, key and region come from config/<environment>.s3.tfbackend.
  backend "s3" {
    use_lockfile = true
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account_id == null ? null : [var.account_id]
  s3_use_path_style   = var.s3_use_path_style

  default_tags {
    tags = {
      project     = var.project
      environment = var.environment
    }
  }
}
