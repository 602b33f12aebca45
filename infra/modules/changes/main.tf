# From the table's stream to the one topic that tells every change.

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  timeout_seconds = 30

  # A queue cannot name itself.
  failures_arn = "arn:${data.aws_partition.this.partition}:sqs:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}:${var.name}-changes-failures"
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn  = var.stream_arn
  function_name     = module.function.arn
  starting_position = "TRIM_HORIZON"

  batch_size                         = var.changes.batch_size
  maximum_batching_window_in_seconds = var.changes.batching_window_seconds
  parallelization_factor             = var.changes.parallelization_factor

  # A bad record is halved out of its batch, tried so often, put aside, and then the others go on.
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

  name            = "${var.name}-changes"
  description     = "Puts every change of an entity on the change topic."
  handler         = "ingestion.handlers.changes.handler"
  timeout_seconds = local.timeout_seconds
  config          = var.function

  environment = { CHANGE_TOPIC_ARN = aws_sns_topic.this.arn }

  statements = [
    {
      Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
      Resource = var.stream_arn
    },
    # AWS checks a batch as Publish; the emulator asks for the call by its own name.
    { Action = ["sns:Publish", "sns:PublishBatch"], Resource = aws_sns_topic.this.arn },
    { Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.failures.arn },
  ]
}

resource "aws_sns_topic" "this" {
  name                  = "${var.name}-changes.fifo"
  fifo_topic            = true
  fifo_throughput_scope = "MessageGroup"
  # A stream's record has an id of its own; equal contents may be two changes.
  content_based_deduplication = false
  kms_master_key_id           = var.encryption.kms_key_arn
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        # Those of this account whom a policy of their own lets in, and nobody else's.
        Effect    = "Allow"
        Principal = { AWS = "arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}:root" }
        Action    = ["sns:Publish", "sns:Subscribe"]
        Resource  = aws_sns_topic.this.arn
      }],
      [for denial in var.encryption.denials : merge(denial, { Action = "sns:Publish", Resource = aws_sns_topic.this.arn })],
    )
  })
}

# Holds where the records are, not the records. Not FIFO: Lambda sends to none.
resource "aws_sqs_queue" "failures" {
  name                       = "${var.name}-changes-failures"
  message_retention_seconds  = var.queues.dead_letter_retention_days * 24 * 3600
  visibility_timeout_seconds = 60

  kms_master_key_id       = var.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.encryption.kms_key_arn == null ? true : null

  policy = length(var.encryption.denials) > 0 ? jsonencode({
    Version   = "2012-10-17"
    Statement = [for denial in var.encryption.denials : merge(denial, { Action = "sqs:*", Resource = local.failures_arn })]
  }) : null
}
