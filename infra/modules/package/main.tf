# The bucket with the zips of the functions, from which Lambda loads the code.

locals {
  # The manifest names the zips beside it.
  files = { for name, package in var.manifest.packages : name => "${var.directory}/${package.file}" }
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:Anyone can build its contents from this repository.
  #checkov:skip=CKV_AWS_144:Each region has its own package, which is built again in seconds.
  #checkov:skip=CKV_AWS_145:module.bucket encrypts it with the key of the environment, which checkov does not always find.
  #checkov:skip=CKV2_AWS_62:No function needs a notification for a new zip.
  bucket_prefix = "${var.context.name}-"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

module "bucket" {
  source = "../bucket"

  bucket  = { id = aws_s3_bucket.this.id, arn = aws_s3_bucket.this.arn }
  context = var.context

  # S3 rejects concurrent changes of a bucket's policy and its public access block.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

# Restores a zip that was overwritten or deleted by mistake. Terraform deletes a replaced zip with all its versions.
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = var.retention_days == null ? 0 : 1

  bucket = aws_s3_bucket.this.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.retention_days
    }

    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

moved {
  from = aws_s3_object.this
  to   = aws_s3_object.this["functions"]
}

resource "aws_s3_object" "this" {
  for_each = var.manifest.packages

  bucket = aws_s3_bucket.this.id
  key    = "${each.value.sha256}.zip"
  source = local.files[each.key]
  # The provider uploads over 5 MiB in parts, and S3 rejects parts whose checksum is of another algorithm than the upload's.
  checksum_algorithm = "SHA256"

  # The bucket carries the default tags; its objects need none.
  override_provider {
    default_tags {
      tags = {}
    }
  }

  # The upload needs the bucket's encryption and versioning.
  depends_on = [aws_s3_bucket_versioning.this, module.bucket]

  lifecycle {
    # Keeps the old zip until no function refers to it.
    create_before_destroy = true

    precondition {
      condition     = try(filesha256(local.files[each.key]), "") == each.value.sha256
      error_message = "${local.files[each.key]} does not match its manifest: run `make package` again."
    }

    precondition {
      condition     = var.catalog_sha256 == var.manifest.catalog_sha256
      error_message = "The package was built from another config/sources.yaml: run `make package` again."
    }

    precondition {
      condition     = var.context.function.architecture == var.manifest.architecture
      error_message = "functions.architecture must be ${var.manifest.architecture}, for which the package was built."
    }
  }
}
