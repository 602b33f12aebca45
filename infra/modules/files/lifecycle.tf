# How long the objects of each folder are kept. Rules cover one folder each, because S3 applies the shortest of several rules.

locals {
  # Deleted and replaced files are no longer read once their report is there. 0: they are kept forever.
  noncurrent_days = coalesce(var.files.noncurrent_retention_days, var.files.retention_days, 30)

  _file_folders = ["extracted", "inserted", "rejected", "reports", "uploads"]
  _file_rule    = { days = var.files.retention_days, noncurrent_days = local.noncurrent_days }
  _keeps_files  = var.files.retention_days == null && local.noncurrent_days == 0

  # The text of a document lives as long as the document: a later upload replaces it, and the indexer deletes it with the entity.
  _text_rule = { days = null, noncurrent_days = local.noncurrent_days }

  # Commands delete a kept request with its versions; the rule deletes what has no dead letter any more.
  _quarantine_days = var.files.quarantine_retention_days
  _quarantine_rule = { days = local._quarantine_days, noncurrent_days = 1 }

  lifecycle_rules = merge(
    { for folder in local._file_folders : folder => local._file_rule if !local._keeps_files },
    { for folder in ["texts"] : folder => local._text_rule if local.noncurrent_days > 0 },
    { for folder in ["quarantine"] : folder => local._quarantine_rule if local._quarantine_days > 0 },
  )
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  #checkov:skip=CKV_AWS_300:Each rule ends failed uploads after a day, but checkov reads no dynamic rules.
  count = length(local.lifecycle_rules) == 0 ? 0 : 1

  bucket = aws_s3_bucket.this.id

  dynamic "rule" {
    for_each = local.lifecycle_rules

    content {
      id     = "expire-${rule.key}"
      status = "Enabled"

      filter {
        prefix = "${rule.key}/"
      }

      expiration {
        days                         = rule.value.days
        expired_object_delete_marker = rule.value.days == null ? true : null
      }

      dynamic "noncurrent_version_expiration" {
        for_each = rule.value.noncurrent_days == 0 ? [] : [rule.value.noncurrent_days]

        content {
          noncurrent_days = noncurrent_version_expiration.value
        }
      }

      abort_incomplete_multipart_upload {
        days_after_initiation = 1
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
