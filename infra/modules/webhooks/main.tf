# Sources with a secret of their own, and a table that claims each signed message to reject replays.

locals {
  # Must equal the names in ingestion/auth/secret_cache.py and ingestion/auth/replay_guard.py.
  prefix = "${var.context.name}-webhook/"
  claims = one(aws_dynamodb_table.claims)
}

# `ingest secrets add` sets the value, so that no secret is in Terraform's state.
resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV_AWS_149:Encrypted with the platform's key by default; checkov does not resolve the variable.
  #checkov:skip=CKV2_AWS_57:The sender must rotate a shared secret as well: `ingest secrets` does it with them.
  for_each = var.sources

  name                    = "${local.prefix}${each.key}"
  description             = "The secrets by which ${each.key} proves its identity."
  kms_key_id              = var.context.encryption.kms_key_arn
  recovery_window_in_days = var.recovery_days
}

resource "aws_dynamodb_table" "claims" {
  #checkov:skip=CKV_AWS_28:A claim expires within days, so a recovery would restore nothing useful.
  #checkov:skip=CKV_AWS_119:Encrypted with the platform's key by default; checkov does not resolve the variable.
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
