# Holds the functions' zip where Lambda fetches it, for all functions at once.

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:It holds what anybody can build from this repository.
  #checkov:skip=CKV_AWS_144:Each region has a package of its own, built again in seconds.
  #checkov:skip=CKV_AWS_145:module.bucket encrypts it with the key of the environment; checkov does not always follow it there.
  #checkov:skip=CKV2_AWS_62:A deploy waits for nobody to notice a zip.
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

  # S3 refuses two changes of a bucket's policy and publicity at once.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

# What someone overwrites or deletes can be had back for a while; Terraform takes a zip away with all its versions.
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

resource "aws_s3_object" "this" {
  bucket = aws_s3_bucket.this.id
  key    = "${var.manifest.sha256}.zip"
  source = var.file

  # The bucket is tagged; each zip in it need not be.
  override_provider {
    default_tags {
      tags = {}
    }
  }

  # Not before the bucket encrypts and keeps versions.
  depends_on = [aws_s3_bucket_versioning.this, module.bucket]

  lifecycle {
    # The old zip stays until no function names it.
    create_before_destroy = true

    precondition {
      condition     = filesha256(var.file) == var.manifest.sha256
      error_message = "${var.file} is not the zip that its manifest describes: run `make package` again."
    }

    precondition {
      condition     = var.expected_digest == var.manifest.catalog_sha256
      error_message = "The package was built from another config/sources.yaml: run `make package` again."
    }

    precondition {
      condition     = var.context.function.architecture == var.manifest.architecture
      error_message = "The package was built for ${var.manifest.architecture}, the functions run on ${var.context.function.architecture}."
    }
  }
}
