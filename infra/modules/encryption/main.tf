# Encryption of all data: at rest with one key whose users are named here, in transit with TLS.

locals {
  # Built from names, because topics and log groups depend on the key.
  topic_arns = [for name in ["router", "changes"] : "${var.context.arn_prefixes.sns}:${var.context.name}-${name}.fifo"]
  # The log groups of functions, of the platform and of the firewall.
  _log_groups    = ["/aws/lambda/${var.context.name}-*", "/${var.context.name}/*", "aws-waf-logs-${var.context.name}-*"]
  log_group_arns = [for name in local._log_groups : "${var.context.arn_prefixes.logs}:log-group:${name}"]
}

resource "aws_kms_key" "this" {
  count = var.encryption.customer_managed_key ? 1 : 0

  description             = "Encrypts the data of ${var.context.name}."
  enable_key_rotation     = true
  deletion_window_in_days = var.encryption.deletion_window_days

  # In a key's policy, the resource * is the key itself.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # The account's own policies grant the use of the key; each function's role names the key.
        Sid       = "Account"
        Effect    = "Allow"
        Principal = { AWS = "${var.context.arn_prefixes.iam}:root" }
        Action    = ["kms:*"]
        Resource  = "*"
      },
      {
        # Without this statement, SNS cannot deliver to encrypted queues.
        Sid       = "Topics"
        Effect    = "Allow"
        Principal = { Service = var.context.principals.sns }
        Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource  = "*"
        # The ARNs contain the account.
        Condition = { ArnEquals = { "aws:SourceArn" = local.topic_arns } }
      },
      {
        # The actions that CloudWatch Logs needs; the encryption context limits them to the platform's log groups.
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = var.context.principals.logs }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = local.log_group_arns } }
      },
      {
        # AWS documents no condition key for alarms that publish; the policy of the alarms' topic limits them.
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = var.context.principals.cloudwatch }
        Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  count = var.encryption.customer_managed_key ? 1 : 0

  name          = "alias/${var.context.name}"
  target_key_id = aws_kms_key.this[0].key_id
}
