# Delivers a subscriber's changes to its HTTPS endpoint, signed. An SNS FIFO topic cannot call endpoints.

locals {
  timeout_seconds = 30
  # Twenty attempts, six function timeouts apart: an endpoint may be down for an hour.
  visibility_seconds = 6 * local.timeout_seconds
  max_receive_count  = 20

  secret_prefix = "${var.context.name}-delivery/"
}

resource "aws_sqs_queue" "this" {
  name                       = "${var.name}.fifo"
  fifo_queue                 = true
  deduplication_scope        = "messageGroup"
  fifo_throughput_limit      = "perMessageGroupId"
  message_retention_seconds  = var.context.queues.dead_letter_retention_days * 24 * 3600
  visibility_timeout_seconds = local.visibility_seconds

  kms_master_key_id       = var.context.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.context.encryption.kms_key_arn == null ? true : null

  redrive_policy = jsonencode({
    deadLetterTargetArn = var.dlq_arn
    maxReceiveCount     = local.max_receive_count
  })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Principal = { Service = var.context.principals.sns }
        Resource  = var.queue_arn
        Condition = { ArnEquals = { "aws:SourceArn" = var.topic_arn } }
      }],
      [for statement in var.context.encryption.deny_statements : merge(statement, { Action = "sqs:*", Resource = var.queue_arn })],
    )
  })
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn        = aws_sqs_queue.this.arn
  function_name           = module.function.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 5
  }
}

module "function" {
  source = "../function"

  name            = var.name
  description     = "Posts changes to the endpoint of ${var.subscriber_id}."
  handler         = "ingestion.handlers.delivery.handler"
  timeout_seconds = local.timeout_seconds
  context         = var.context
  package         = var.package

  environment = {
    SUBSCRIBER             = var.subscriber_id
    SUBSCRIBER_URL         = var.url
    DELIVERY_SECRET_PREFIX = local.secret_prefix
  }

  statements = [
    { Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = aws_sqs_queue.this.arn },
    { Action = ["secretsmanager:GetSecretValue"], Resource = aws_secretsmanager_secret.this.arn },
  ]
}

# `ingest secrets add` sets the value, so that no secret is in Terraform's state. Until then, changes wait in the queue.
resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV_AWS_149:Encrypted with the platform's key by default; checkov does not resolve the variable.
  #checkov:skip=CKV2_AWS_57:The endpoint must rotate a shared secret as well: `ingest secrets` does it with its owner.
  name                    = "${local.secret_prefix}${var.subscriber_id}"
  description             = "The secrets that sign the changes for ${var.subscriber_id}."
  kms_key_id              = var.context.encryption.kms_key_arn
  recovery_window_in_days = var.secret_recovery_days
}
