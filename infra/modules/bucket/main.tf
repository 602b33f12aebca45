# The settings of every bucket: one owner, encryption, and no plain HTTP.

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = var.bucket.id

  # The bucket's owner owns every object; there are no ACLs.
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = var.bucket.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.context.encryption.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.context.encryption.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  count = length(var.context.encryption.deny_statements) > 0 ? 1 : 0

  bucket = var.bucket.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in var.context.encryption.deny_statements : merge(statement, {
      Action   = "s3:*"
      Resource = [var.bucket.arn, "${var.bucket.arn}/*"]
    })]
  })
}
