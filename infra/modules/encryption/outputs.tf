output "settings" {
  description = "The KMS key (null: AWS's own keys), and the statements that policies use to deny requests without TLS."
  value = {
    kms_key_arn = one(aws_kms_key.this[*].arn)
    # A policy adds Action and Resource.
    deny_statements = var.encryption.tls_only ? [{
      Effect    = "Deny"
      Principal = "*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }] : []
  }
}
