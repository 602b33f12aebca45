output "settings" {
  description = "The key, null for AWS's own, and what every policy of a store denies."
  value = {
    kms_key_arn = one(aws_kms_key.this[*].arn)
    # Each adds what it speaks of: actions and resources.
    deny_statements = var.encryption.tls_only ? [{
      Effect    = "Deny"
      Principal = "*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }] : []
  }
}
