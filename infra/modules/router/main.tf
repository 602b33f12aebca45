# The one topic that every event passes, and the queue of those that no source's filter takes.

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  _place = "${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}"

  # A queue cannot name itself; the topic by its name, so that a plan shows the whole policy.
  unrouted_arn = "arn:${data.aws_partition.this.partition}:sqs:${local._place}:${var.name}-unrouted.fifo"
  topic_arn    = "arn:${data.aws_partition.this.partition}:sns:${local._place}:${aws_sns_topic.this.name}"
}

resource "aws_sns_topic" "this" {
  name                  = "${var.name}-router.fifo"
  fifo_topic            = true
  fifo_throughput_scope = "MessageGroup"
  # A trace passes through in any case; active, the topic's own part of it shows too.
  tracing_config    = var.tracing ? "Active" : "PassThrough"
  kms_master_key_id = var.encryption.kms_key_arn
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

# SNS writes its part of a trace by leave of X-Ray, not of a role.
resource "aws_xray_resource_policy" "this" {
  count = var.tracing ? 1 : 0

  policy_name = "${var.name}-router"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
      Principal = { Service = "sns.amazonaws.com" }
      # Traces belong to no resource: AWS lets nothing narrower be named.
      Resource = "*"
      Condition = {
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id }
        StringLike   = { "aws:SourceArn" = aws_sns_topic.this.arn }
      }
    }]
  })
}

resource "aws_sqs_queue" "unrouted" {
  name                       = "${var.name}-unrouted.fifo"
  fifo_queue                 = true
  deduplication_scope        = "messageGroup"
  fifo_throughput_limit      = "perMessageGroupId"
  message_retention_seconds  = var.queues.dead_letter_retention_days * 24 * 3600
  visibility_timeout_seconds = 60

  kms_master_key_id       = var.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.encryption.kms_key_arn == null ? true : null

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Principal = { Service = "sns.amazonaws.com" }
        Resource  = local.unrouted_arn
        Condition = { ArnEquals = { "aws:SourceArn" = local.topic_arn } }
      }],
      [for denial in var.encryption.denials : merge(denial, { Action = "sqs:*", Resource = local.unrouted_arn })],
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
