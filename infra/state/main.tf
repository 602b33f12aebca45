# The bucket of Terraform's states. `make bootstrap` creates an empty bucket and applies this root, which keeps its own state there too.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }

  backend "s3" {
    use_lockfile = true
  }
}

provider "aws" {
  region            = var.region
  s3_use_path_style = !var.tls_only # An endpoint without TLS has no wildcard names.
}

import {
  to = aws_s3_bucket.this
  id = var.bucket
}

# S3 encrypts every bucket. A KMS key that the owner has set stays.
resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:CloudTrail shows who reads states; server logs would need another bucket
  #checkov:skip=CKV_AWS_144:states are versioned; a copy in another region is the owner's choice
  #checkov:skip=CKV_AWS_145:the owner may set a KMS key, which this root keeps
  #checkov:skip=CKV2_AWS_62:nothing reacts to a new state
  bucket = var.bucket

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags, tags_all] # The owner's own tags stay.
  }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}

import {
  for_each = setintersection(["lifecycle"], var.found)

  to = aws_s3_bucket_lifecycle_configuration.this
  id = var.bucket
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "expire-old-states"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days           = 90
      newer_noncurrent_versions = 10
    }

    # Every released lock leaves a delete marker.
    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  lifecycle {
    ignore_changes = [rule] # The owner's own rules stay.
  }
}

data "aws_s3_bucket_policy" "found" {
  for_each = setintersection(["policy"], var.found)

  bucket = var.bucket
}

locals {
  owners_statements = [
    for statement in flatten([for found in data.aws_s3_bucket_policy.found : jsondecode(found.policy).Statement]) :
    statement if try(statement.Sid, null) != "TlsOnly"
  ]
}

resource "aws_s3_bucket_policy" "this" {
  count = var.tls_only ? 1 : 0

  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.owners_statements, [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }])
  })
}
