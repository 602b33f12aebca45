# Alarms on queues: dead letters, unrouted messages, messages that wait too long or expire soon, and sources that send nothing.

locals {
  # The queues whose messages wait for an operator, each with the --source of `ingest dlq` that selects it.
  dead_letter_queues = merge(
    { for name, source in var.monitored.sources : name => { queue = source.dead_letter_queue, selector = name } },
    { for name, queue in var.monitored.other_dead_letter_queues : name => {
      queue    = queue
      selector = endswith(name, "-subscriber") ? "\"subscriber ${trimsuffix(name, "-subscriber")}\"" : name
    } },
  )
  _expiring_queues = merge(local.dead_letter_queues, { unrouted = { queue = var.monitored.unrouted_queue, selector = "unrouted" } })

  # The queues that a function consumes.
  consumed_queues = merge(
    { for name, source in var.monitored.sources : name => { queue = source.queue, function = source.worker } },
    { for name, queue in var.monitored.other_queues : name => { queue = queue, function = var.monitored.functions[name] } },
  )

  _queue_depth = {
    namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum"
    threshold = 0, comparison_operator = "GreaterThanThreshold"

    period_seconds = 300, evaluation_periods = 1, datapoints_to_alarm = 1
    # SQS reports no data for a queue that is empty and unused for six hours.
    treat_missing_data = "notBreaching"
  }
  _message_age = merge(local._queue_depth, { metric = "ApproximateAgeOfOldestMessage" })

  # An alarm evaluates at most one day, or at most seven days with periods of at least one hour.
  _expected_traffic = {
    for name, source in var.monitored.sources : name => {
      minutes        = source.expect_every_minutes
      period_seconds = source.expect_every_minutes <= 1440 ? source.expect_every_minutes * 60 : 3600
      periods        = source.expect_every_minutes <= 1440 ? 1 : ceil(source.expect_every_minutes / 60)
    } if source.expect_every_minutes != null
  }

  # Default: three quarters of the retention, in whole days if the retention is long enough.
  dead_letter_age_days = coalesce(
    var.alarms.dead_letter_age_days, max(0.5, floor(var.context.queues.dead_letter_retention_days * 0.75))
  )
  message_age_days = coalesce(var.alarms.message_age_days, max(0.5, floor(var.context.queues.retention_days * 0.75)))

  queue_alarms = merge(
    { for name, dead_letters in local.dead_letter_queues : "${name}-dead-letters-wait" => merge(local._queue_depth, {
      alarm_kind = "dead-letters-wait"
      description = join(" ", [
        "${name}: the dead-letter queue holds messages that were not processed.",
        "SQS keeps them for ${var.context.queues.dead_letter_retention_days} days.",
      ])
      command    = format(local.list_dead_letters, dead_letters.selector)
      dimensions = { QueueName = dead_letters.queue }
    }) },
    { "events-unrouted" = merge(local._queue_depth, {
      alarm_kind  = "events-unrouted"
      description = "The router's topic received messages that match no source. They are kept in the unrouted queue and are not stored."
      command     = format(local.list_dead_letters, "unrouted")
      dimensions  = { QueueName = var.monitored.unrouted_queue }
    }) },
    { for name, expiring in local._expiring_queues : "${name}-dead-letters-expire" => merge(local._message_age, {
      alarm_kind = "dead-letters-expire"
      description = join(" ", [
        "${name}: the oldest dead letter is over ${local.dead_letter_age_days} days old.",
        "SQS deletes it for good when it is ${var.context.queues.dead_letter_retention_days} days old.",
      ])
      command    = format(local.list_dead_letters, expiring.selector)
      dimensions = { QueueName = expiring.queue }
      threshold  = local.dead_letter_age_days * 24 * 3600
    }) },
    { for name, consumed in local.consumed_queues : "${name}-messages-wait" => merge(local._message_age, {
      alarm_kind = "messages-wait"
      description = join(" ", [
        "${name}: the oldest message has waited in the queue for over ${var.alarms.oldest_message_seconds} seconds.",
        "Data is late, and none is lost. The command names the cause: a pause, a failing or throttled function, or too many messages.",
      ])
      command             = local.show_status
      dimensions          = { QueueName = consumed.queue }
      threshold           = var.alarms.oldest_message_seconds
      evaluation_periods  = 2
      datapoints_to_alarm = 2
    }) },
    { for name, source in var.monitored.sources : "${name}-messages-expire" => merge(local._message_age, {
      alarm_kind = "messages-expire"
      description = join(" ", [
        "${name}: the oldest message has waited in the queue for over ${local.message_age_days} days.",
        "SQS deletes it for good when it is ${var.context.queues.retention_days} days old: its event is then lost.",
        "The command names the cause: a pause, or a failing worker.",
      ])
      command    = local.show_status
      dimensions = { QueueName = source.queue }
      threshold  = local.message_age_days * 24 * 3600
    }) },
    { for name, expected in local._expected_traffic : "${name}-source-silent" => merge(local._queue_depth, {
      alarm_kind = "source-silent"
      description = join(" ", [
        "${name}: no event arrived for ${expected.minutes} minutes, but the catalog expects at least one.",
        "The stored data may be out of date. The command shows whether the source is closed.",
      ])
      command = local.show_status
      # Counts events of every entity, from the API and from files.
      metric              = "NumberOfMessagesSent"
      statistic           = "Sum"
      dimensions          = { QueueName = var.monitored.sources[name].queue }
      comparison_operator = "LessThanThreshold"
      threshold           = 1
      period_seconds      = expected.period_seconds
      evaluation_periods  = expected.periods
      datapoints_to_alarm = expected.periods
      treat_missing_data  = "breaching"
    }) },
  )
}
