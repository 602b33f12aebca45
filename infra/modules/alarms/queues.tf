# What waits where it should not, or not for so long; and a source of which nothing comes.

locals {
  # Where messages rest until a person has looked at them.
  resting_queues = merge(
    { for name, lane in var.watched.lanes : name => lane.dead_letter_queue },
    var.watched.other_dead_letter_queues,
  )
  _expiring_queues = merge(local.resting_queues, { unrouted = var.watched.unrouted_queue })
  # Where messages only pass.
  passing_queues = merge(
    { for name, lane in var.watched.lanes : name => lane.queue },
    var.watched.delivery_queues,
  )

  _depth = {
    namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", below = false
    threshold = 0, period_seconds = 300, periods = 1, breaching = 1
    # A queue that nobody touches for six hours tells nothing, and holds nothing.
    missing = "notBreaching"
  }
  _age = merge(local._depth, { metric = "ApproximateAgeOfOldestMessage" })

  # CloudWatch looks back a day by periods of any length, seven days by periods of an hour or more.
  _silences = {
    for name, lane in var.watched.lanes : name => {
      minutes        = lane.expect_every_minutes
      period_seconds = lane.expect_every_minutes <= 1440 ? lane.expect_every_minutes * 60 : 3600
      periods        = lane.expect_every_minutes <= 1440 ? 1 : ceil(lane.expect_every_minutes / 60)
    } if lane.expect_every_minutes != null
  }

  # Three quarters of their time, in whole days where there are some.
  letter_age_days = coalesce(var.alarms.letter_age_days, max(0.5, floor(var.context.queues.dead_letter_retention_days * 0.75)))

  queue_alarms = merge(
    { for name, queue in local.resting_queues : "${name}-dead-letters-wait" => merge(local._depth, {
      concern    = "dead-letters-wait"
      says       = "${name}: there are dead letters; nothing is lost while they wait, nor is it where it belongs."
      dimensions = { QueueName = queue }
    }) },
    { "events-unrouted" = merge(local._depth, {
      concern    = "events-unrouted"
      says       = "Messages are on the router's topic that no source's filter took."
      dimensions = { QueueName = var.watched.unrouted_queue }
    }) },
    { for name, queue in local._expiring_queues : "${name}-dead-letters-expire" => merge(local._age, {
      concern = "dead-letters-expire"
      says = join(" ", [
        "${name}: letters that nobody mended are deleted for good when they are",
        "${var.context.queues.dead_letter_retention_days} days old, and the oldest is over ${local.letter_age_days}.",
      ])
      dimensions = { QueueName = queue }
      threshold  = local.letter_age_days * 24 * 3600
    }) },
    { for name, queue in local.passing_queues : "${name}-messages-wait" => merge(local._age, {
      concern    = "messages-wait"
      says       = "${name}: what came over ${var.alarms.oldest_message_seconds} seconds ago is still in the queue."
      dimensions = { QueueName = queue }
      threshold  = var.alarms.oldest_message_seconds
      periods    = 2
      breaching  = 2
    }) },
    { for name, silence in local._silences : "${name}-source-silent" => merge(local._depth, {
      concern = "source-silent"
      says    = "${name}: nothing came for ${silence.minutes} minutes, in which the catalog expects something."
      # Whatever the entity and the way in; what is taken is tried within milliseconds.
      metric         = "NumberOfMessagesSent"
      statistic      = "Sum"
      dimensions     = { QueueName = var.watched.lanes[name].queue }
      below          = true
      threshold      = 1
      period_seconds = silence.period_seconds
      periods        = silence.periods
      breaching      = silence.periods
      missing        = "breaching"
    }) },
  )
}
