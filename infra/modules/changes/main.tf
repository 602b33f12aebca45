# Publishes every change in the table's stream to one topic.

locals {
  timeout_seconds = 30

  # Built from the name because a queue's policy cannot refer to the queue itself.
  failures_arn = "${var.context.arn_prefixes.sqs}:${var.context.name}-changes-failures"
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn  = var.stream_arn
  function_name     = module.function.arn
  starting_position = "TRIM_HORIZON"

  batch_size                         = var.changes.batch_size
  maximum_batching_window_in_seconds = var.changes.batching_window_seconds
  parallelization_factor             = var.changes.parallelization_factor

  # Lambda isolates a bad record by halving the batch, retries it, sends it to the failures queue and continues.
  function_response_types        = ["ReportBatchItemFailures"]
  bisect_batch_on_function_error = true
  maximum_retry_attempts         = var.changes.maximum_retry_attempts
  maximum_record_age_in_seconds  = var.changes.maximum_record_age_seconds

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.failures.arn
    }
  }
}

module "function" {
  source = "../function"

  name            = "${var.context.name}-changes"
  description     = "Publishes every change of an entity to the change topic."
  handler         = "ingestion.handlers.changes.handler"
  timeout_seconds = local.timeout_seconds
  context         = var.context
  package         = var.package

  environment = { CHANGE_TOPIC_ARN = aws_sns_topic.this.arn }

  statements = [
    {
      Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
      Resource = var.stream_arn
    },
    # AWS authorizes a batch as sns:Publish; the emulator checks sns:PublishBatch.
    { Action = ["sns:Publish", "sns:PublishBatch"], Resource = aws_sns_topic.this.arn },
    { Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.failures.arn },
  ]
}

resource "aws_sns_topic" "this" {
  name                  = "${var.context.name}-changes.fifo"
  fifo_topic            = true
  fifo_throughput_scope = "MessageGroup"
  # Every stream record has its own id, and two changes may have equal content.
  content_based_deduplication = false
  kms_master_key_id           = var.context.encryption.kms_key_arn
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        # Only principals of this account, if their own policy allows it as well.
        Effect    = "Allow"
        Principal = { AWS = "${var.context.arn_prefixes.iam}:root" }
        Action    = ["sns:Publish", "sns:Subscribe"]
        Resource  = aws_sns_topic.this.arn
      }],
      [
        for statement in var.context.encryption.deny_statements :
        merge(statement, { Action = "sns:Publish", Resource = aws_sns_topic.this.arn })
      ],
    )
  })
}

# Holds the positions of failed records in the stream, not the records. Lambda cannot send to FIFO queues.
resource "aws_sqs_queue" "failures" {
  name                       = "${var.context.name}-changes-failures"
  message_retention_seconds  = var.context.queues.dead_letter_retention_days * 24 * 3600
  visibility_timeout_seconds = 60

  kms_master_key_id       = var.context.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.context.encryption.kms_key_arn == null ? true : null

  policy = length(var.context.encryption.deny_statements) > 0 ? jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in var.context.encryption.deny_statements :
      merge(statement, { Action = "sqs:*", Resource = local.failures_arn })
    ]
  }) : null
}
