# The resources of one source: subscription with filter, queue, dead-letter queue and worker.

locals {
  name            = "${var.context.name}-${var.source_id}"
  timeout_seconds = 10
  # Five attempts start 60 s apart, so an outage of the table of up to 240 s creates no dead letters.
  visibility_seconds = 6 * local.timeout_seconds
  max_receive_count  = 5

  # The ARNs are built from names because the two queues refer to each other.
  queue_arn = "${var.context.arn_prefixes.sqs}:${local.name}.fifo"
  dlq_arn   = "${var.context.arn_prefixes.sqs}:${local.name}-dlq.fifo"

  # Only the router's topic may send. Its ARN is built from its name, so a plan shows whole policies.
  allow_topic = {
    Effect    = "Allow"
    Action    = "sqs:SendMessage"
    Principal = { Service = var.context.principals.sns }
    Condition = { ArnEquals = { "aws:SourceArn" = "${var.context.arn_prefixes.sns}:${var.topic.name}" } }
  }
}

resource "aws_sns_topic_subscription" "this" {
  topic_arn            = var.topic.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.this.arn
  raw_message_delivery = true
  filter_policy        = jsonencode({ source = [var.source_id] })
  # Messages that SNS cannot deliver become dead letters.
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dlq.arn })
}

resource "aws_sqs_queue" "this" {
  name                       = "${local.name}.fifo"
  fifo_queue                 = true
  deduplication_scope        = "messageGroup"
  fifo_throughput_limit      = "perMessageGroupId"
  message_retention_seconds  = var.context.queues.retention_days * 24 * 3600
  visibility_timeout_seconds = local.visibility_seconds

  kms_master_key_id       = var.context.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.context.encryption.kms_key_arn == null ? true : null

  # Built from the name, so that the ARN is known before the queue exists.
  redrive_policy = jsonencode({
    deadLetterTargetArn = "${var.context.arn_prefixes.sqs}:${aws_sqs_queue.dlq.name}"
    maxReceiveCount     = local.max_receive_count
  })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [merge(local.allow_topic, { Resource = local.queue_arn })],
      [for statement in var.context.encryption.deny_statements : merge(statement, { Action = "sqs:*", Resource = local.queue_arn })],
    )
  })
}

resource "aws_sqs_queue" "dlq" {
  name                       = "${local.name}-dlq.fifo"
  fifo_queue                 = true
  deduplication_scope        = "messageGroup"
  fifo_throughput_limit      = "perMessageGroupId"
  message_retention_seconds  = var.context.queues.dead_letter_retention_days * 24 * 3600
  visibility_timeout_seconds = local.visibility_seconds

  kms_master_key_id       = var.context.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.context.encryption.kms_key_arn == null ? true : null

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.queue_arn]
  })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [merge(local.allow_topic, { Resource = local.dlq_arn })],
      [for statement in var.context.encryption.deny_statements : merge(statement, { Action = "sqs:*", Resource = local.dlq_arn })],
    )
  })
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn        = aws_sqs_queue.this.arn
  function_name           = module.worker.arn
  batch_size              = var.worker.batch_size
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.worker.maximum_concurrency
  }

  lifecycle {
    # `ingest pause` disables the mapping. A deployment keeps the pause.
    ignore_changes = [enabled]
  }
}

module "worker" {
  source = "../function"

  name            = "${local.name}-worker"
  description     = "Stores the events of ${var.source_id}."
  handler         = "ingestion.handlers.worker.handler"
  timeout_seconds = local.timeout_seconds
  context         = var.context
  package         = var.package

  environment = {
    SOURCE                = var.source_id
    TABLE_NAME            = var.table.name
    TOMBSTONE_DAYS        = tostring(var.table.tombstone_days)
    DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dlq.url
    MAX_RECEIVE_COUNT     = tostring(local.max_receive_count)
  }

  statements = [
    { Action = ["dynamodb:PutItem"], Resource = var.table.arn },
    { Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.dlq.arn },
    {
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      Resource = aws_sqs_queue.this.arn
    },
  ]
}
