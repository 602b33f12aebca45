# Holds the functions' zip where Lambda fetches it, for all functions at once.

resource "aws_s3_bucket" "this" {
  bucket_prefix = "${var.name}-"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
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
      condition     = var.architecture == var.manifest.architecture
      error_message = "The package was built for ${var.manifest.architecture}, the functions run on ${var.architecture}."
    }
  }
}
