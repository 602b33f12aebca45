# Creates one SNS topic and the CloudWatch alarms that the other files of this module define.

locals {
  enabled = var.alarms.enabled

  # An alarm's name is <platform>-<subject>-<alarm_kind>. The alarm_kind is the anchor of a section in the runbook.
  metric_alarms = merge(local.queue_alarms, local.function_alarms, local.service_alarms, local.file_alarms)
  math_alarms   = merge(local.ledger_alarms, local.service_math_alarms)

  actions = concat(aws_sns_topic.this[*].arn, var.alarms.topic_arns)

  # Built from the name because a topic's policy cannot refer to the topic itself.
  topic_arn = "${var.context.arn_prefixes.sns}:${var.context.name}-alarms"

  # The first commands that several alarms share; %s is the function, the source or the state.
  read_function_log = ".venv/bin/ingest logs --function %s --since 1h --env ${var.environment}"
  list_files        = ".venv/bin/ingest files list --state %s --env ${var.environment}"
  show_status       = ".venv/bin/ingest status --env ${var.environment}"
  list_dead_letters = ".venv/bin/ingest dlq list --source %s --env ${var.environment}"
}

resource "aws_sns_topic" "this" {
  count = local.enabled ? 1 : 0

  name              = "${var.context.name}-alarms"
  kms_master_key_id = var.context.encryption.kms_key_arn

  # CloudWatch may publish to this topic only for alarms of this account.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Action    = "sns:Publish"
        Principal = { Service = var.context.principals.cloudwatch }
        Resource  = local.topic_arn
        Condition = { StringEquals = { "aws:SourceAccount" = var.context.account_id } }
      }],
      [for statement in var.context.encryption.deny_statements : merge(statement, { Action = "sns:Publish", Resource = local.topic_arn })],
    )
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(local.enabled ? var.alarms.emails : [])

  topic_arn = one(aws_sns_topic.this[*].arn)
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_cloudwatch_metric_alarm" "metric" {
  for_each = { for name, alarm in local.metric_alarms : name => alarm if local.enabled }

  alarm_name        = "${var.context.name}-${each.key}"
  alarm_description = "${each.value.description} Run first: `${each.value.command}` Runbook: ${var.alarms.runbook}#${each.value.alarm_kind}"
  alarm_actions     = local.actions
  ok_actions        = local.actions

  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period_seconds
  comparison_operator = each.value.comparison_operator
  threshold           = each.value.threshold
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = each.value.datapoints_to_alarm
  treat_missing_data  = each.value.treat_missing_data
}

resource "aws_cloudwatch_metric_alarm" "math" {
  for_each = { for name, alarm in local.math_alarms : name => alarm if local.enabled }

  alarm_name        = "${var.context.name}-${each.key}"
  alarm_description = "${each.value.description} Run first: `${each.value.command}` Runbook: ${var.alarms.runbook}#${each.value.alarm_kind}"
  alarm_actions     = local.actions
  ok_actions        = local.actions

  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = each.value.datapoints_to_alarm
  treat_missing_data  = "notBreaching"

  dynamic "metric_query" {
    for_each = each.value.expressions

    content {
      id          = metric_query.key
      expression  = metric_query.value
      label       = metric_query.key
      return_data = metric_query.key == "watched"
    }
  }

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id = metric_query.key

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = "Sum"
        period      = each.value.period_seconds
      }
    }
  }
}
