# How everything that the platform keeps is encrypted: at rest with one key, whose users are named here, on the way by TLS.

locals {
  # By name: topics and logs are made with the key, so the key cannot wait for them.
  topic_arns = [for name in ["router", "changes"] : "${var.context.arn_prefixes.sns}:${var.context.name}-${name}.fifo"]
  # A function's group is named after it, others after the environment.
  _log_groups    = ["/aws/lambda/${var.context.name}-*", "/${var.context.name}/*", "aws-waf-logs-${var.context.name}-*"]
  log_group_arns = [for name in local._log_groups : "${var.context.arn_prefixes.logs}:log-group:${name}"]
}

resource "aws_kms_key" "this" {
  count = var.encryption.customer_managed_key ? 1 : 0

  description             = "Encrypts what ${var.context.name} keeps."
  enable_key_rotation     = true
  deletion_window_in_days = var.encryption.deletion_window_days

  # In a key's policy, * is that key.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # And through it whoever the account's own policies let in: each function's role names the key.
        Sid       = "Account"
        Effect    = "Allow"
        Principal = { AWS = "${var.context.arn_prefixes.iam}:root" }
        Action    = ["kms:*"]
        Resource  = "*"
      },
      {
        # Without it, a topic's deliveries to encrypted queues fail for good.
        Sid       = "Topics"
        Effect    = "Allow"
        Principal = { Service = "sns.amazonaws.com" }
        Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource  = "*"
        Condition = {
          StringEquals = { "aws:SourceAccount" = var.context.account_id }
          ArnEquals    = { "aws:SourceArn" = local.topic_arns }
        }
      },
      {
        # The kinds of calls by which CloudWatch Logs asks for a key to be used; the context holds them to our groups.
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.context.region}.amazonaws.com" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = local.log_group_arns } }
      },
      {
        # AWS documents no condition that holds when an alarm publishes: the alarms' topic says whose may.
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
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
