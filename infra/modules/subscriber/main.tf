# One subscriber of the change topic: its own queue, or its endpoint behind a queue of the platform.

locals {
  name         = "${var.context.name}-${var.subscriber_id}-subscriber"
  has_endpoint = var.subscriber.url != null

  # Built from names because the queues refer to each other; a plan then shows whole policies.
  _queue_arn = "${var.context.arn_prefixes.sqs}:${local.name}"
  topic_arn  = "${var.context.arn_prefixes.sns}:${var.topic.name}"

  _filter = { entity_name = var.subscriber.entities, kind = var.subscriber.kinds }
  filter  = { for attribute, values in local._filter : attribute => values if values != null }

  unknown_entities = setsubtract(coalesce(var.subscriber.entities, var.entities), var.entities)
}

resource "aws_sns_topic_subscription" "this" {
  topic_arn            = var.topic.arn
  protocol             = "sqs"
  endpoint             = local.has_endpoint ? module.delivery[0].queue.arn : var.subscriber.queue_arn
  raw_message_delivery = true
  filter_policy        = length(local.filter) > 0 ? jsonencode(local.filter) : null
  # Messages that SNS cannot deliver become dead letters.
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dlq.arn })

  lifecycle {
    precondition {
      condition = length(local.unknown_entities) == 0
      error_message = join(" ", [
        "subscribers.${var.subscriber_id} has unknown entities: ${join(", ", local.unknown_entities)}.",
        "Choose from ${join(", ", var.entities)}.",
      ])
    }
  }
}

module "delivery" {
  source = "../delivery"
  count  = local.has_endpoint ? 1 : 0

  name          = local.name
  subscriber_id = var.subscriber_id
  url           = var.subscriber.url
  queue_arn     = "${local._queue_arn}.fifo"
  topic_arn     = local.topic_arn
  dlq_arn       = "${var.context.arn_prefixes.sqs}:${aws_sqs_queue.dlq.name}"
  context       = var.context
  package       = var.package

  secret_recovery_days = var.secret_recovery_days
}

resource "aws_sqs_queue" "dlq" {
  name                       = "${local.name}-dlq.fifo"
  fifo_queue                 = true
  deduplication_scope        = "messageGroup"
  fifo_throughput_limit      = "perMessageGroupId"
  message_retention_seconds  = var.context.queues.dead_letter_retention_days * 24 * 3600
  visibility_timeout_seconds = 60

  kms_master_key_id       = var.context.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.context.encryption.kms_key_arn == null ? true : null

  redrive_allow_policy = jsonencode(merge(
    { redrivePermission = local.has_endpoint ? "byQueue" : "denyAll" },
    local.has_endpoint ? { sourceQueueArns = ["${local._queue_arn}.fifo"] } : {},
  ))

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Principal = { Service = var.context.principals.sns }
        Resource  = "${local._queue_arn}-dlq.fifo"
        Condition = { ArnEquals = { "aws:SourceArn" = local.topic_arn } }
      }],
      [
        for statement in var.context.encryption.deny_statements :
        merge(statement, { Action = "sqs:*", Resource = "${local._queue_arn}-dlq.fifo" })
      ],
    )
  })
}
