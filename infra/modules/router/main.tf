# The topic that receives every event, and the queue of events that match no source.

locals {
  # Built from names because a queue's policy cannot refer to the queue itself; a plan then shows the whole policy.
  unrouted_arn = "${var.context.arn_prefixes.sqs}:${var.context.name}-unrouted.fifo"
  topic_arn    = "${var.context.arn_prefixes.sns}:${aws_sns_topic.this.name}"
}

resource "aws_sns_topic" "this" {
  name                  = "${var.context.name}-router.fifo"
  fifo_topic            = true
  fifo_throughput_scope = "MessageGroup"
  # Unset means PassThrough. AWS's documents disagree on whether a FIFO topic has the attribute. After tracing was on, AWS keeps
  # Active, and writes no segment without the policy below.
  tracing_config    = var.context.function.tracing ? "Active" : null
  kms_master_key_id = var.context.encryption.kms_key_arn
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

# Allows SNS to write trace segments; a topic has no role.
resource "aws_xray_resource_policy" "this" {
  count = var.context.function.tracing ? 1 : 0

  policy_name = "${var.context.name}-router"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
      Principal = { Service = var.context.principals.sns }
      # X-Ray has no resources for traces, so AWS allows only *.
      Resource = "*"
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.context.account_id }
        StringLike   = { "aws:SourceArn" = aws_sns_topic.this.arn }
      }
    }]
  })
}

resource "aws_sqs_queue" "unrouted" {
  name                       = "${var.context.name}-unrouted.fifo"
  fifo_queue                 = true
  deduplication_scope        = "messageGroup"
  fifo_throughput_limit      = "perMessageGroupId"
  message_retention_seconds  = var.context.queues.dead_letter_retention_days * 24 * 3600
  visibility_timeout_seconds = 60

  kms_master_key_id       = var.context.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.context.encryption.kms_key_arn == null ? true : null

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Principal = { Service = var.context.principals.sns }
        Resource  = local.unrouted_arn
        Condition = { ArnEquals = { "aws:SourceArn" = local.topic_arn } }
      }],
      [for statement in var.context.encryption.deny_statements : merge(statement, { Action = "sqs:*", Resource = local.unrouted_arn })],
    )
  })
}

resource "aws_sns_topic_subscription" "unrouted" {
  topic_arn            = aws_sns_topic.this.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.unrouted.arn
  raw_message_delivery = true
  filter_policy        = jsonencode({ source = [{ "anything-but" = var.sources }, { exists = false }] })
}
