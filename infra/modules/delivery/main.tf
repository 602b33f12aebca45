# Delivers a subscriber's changes to its HTTPS endpoint, because an SNS FIFO topic cannot call endpoints.

locals {
  timeout_seconds = 30
  # Twenty attempts, six function timeouts apart: an endpoint may be down for an hour.
  visibility_seconds = 6 * local.timeout_seconds
  max_receive_count  = 20
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
        Principal = { Service = "sns.amazonaws.com" }
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
    SUBSCRIBER     = var.subscriber_id
    SUBSCRIBER_URL = var.url
  }

  statements = [{
    Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    Resource = aws_sqs_queue.this.arn
  }]
}
