# What it takes to know senders by their signatures: a secret for each, and claims to what they have signed.

locals {
  # Names are those of ingestion/auth/secret_cache.py and ingestion/auth/replay_guard.py.
  prefix = "${var.context.name}-webhook/"
  claims = one(aws_dynamodb_table.claims)
}

# Without a value: `ingest secrets add` gives it one, so that none is in Terraform's state.
resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV_AWS_149:By the platform's key unless an environment says otherwise; the scanner cannot follow the variable.
  #checkov:skip=CKV2_AWS_57:A secret that two sides share is rotated by both: `ingest secrets`.
  for_each = var.sources

  name                    = "${local.prefix}${each.key}"
  description             = "The secrets with which ${each.key} signs what it posts."
  kms_key_id              = var.context.encryption.kms_key_arn
  recovery_window_in_days = var.recovery_days
}

resource "aws_dynamodb_table" "claims" {
  #checkov:skip=CKV_AWS_28:A claim is of no use after some days, and of little after five minutes.
  #checkov:skip=CKV_AWS_119:By the platform's key unless an environment says otherwise; the scanner cannot follow the variable.
  count = length(var.sources) > 0 ? 1 : 0

  name         = "${var.context.name}-claims"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "ID"

  attribute {
    name = "ID"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  dynamic "server_side_encryption" {
    for_each = var.context.encryption.kms_key_arn == null ? [] : [var.context.encryption.kms_key_arn]

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }
}
