# Alarms that compare counts: accepted events must arrive in the queue, and each message deleted from it needs an outcome.
# docs/operations.md explains the formulas.

locals {
  _ledger_period_seconds = 900

  ledger_alarms = merge(
    { for name, source in var.monitored.sources : "${name}-ledger-does-not-balance" => {
      alarm_kind  = "ledger-does-not-balance"
      description = "${name}: more messages were deleted from the queue than have an outcome. Events may be lost."
      command     = format(local.read_function_log, source.worker)
      metrics = {
        deleted = { namespace = "AWS/SQS", metric = "NumberOfMessagesDeleted", dimensions = { QueueName = source.queue } }
        stored  = { namespace = var.context.name, metric = "EventStored", dimensions = { source = name } }
        # The other outcomes, without the messages that SQS moves to the dead-letter queue: a move is not a deletion.
        not_stored = { namespace = var.context.name, metric = "EventNotStored", dimensions = { source = name } }
      }
      # Each value covers two periods. A loss then shows in two values; a message on a period's edge shows in one.
      expressions = {
        gap     = "FILL(deleted, 0) - FILL(stored, 0) - FILL(not_stored, 0)"
        handled = "FILL(deleted, 0)"
        lost    = "2 * gap - DIFF(gap)"
        seen    = "2 * handled - DIFF(handled)"
        watched = "IF(lost > seen * ${var.alarms.ledger_percent / 100}, lost, 0)"
      }
      threshold           = var.alarms.ledger_events
      period_seconds      = local._ledger_period_seconds
      evaluation_periods  = 3
      datapoints_to_alarm = 2
    } },
    { for name, source in var.monitored.sources : "${name}-accepted-events-do-not-arrive" => {
      alarm_kind = "accepted-events-do-not-arrive"
      description = join(" ", [
        "${name}: more than ${var.alarms.missing_percent} % of the accepted events did not arrive in the queue, or none arrived.",
        "Repeated events do not explain this; events may be lost.",
      ])
      command = "make plan ENV=${var.environment}"
      metrics = {
        arrived = { namespace = "AWS/SQS", metric = "NumberOfMessagesSent", dimensions = { QueueName = source.queue } }
        posted  = { namespace = var.context.name, metric = "EventAccepted", dimensions = { source = name } }
      }
      expressions = {
        accepted = "FILL(posted, 0)"
        missing  = "accepted - FILL(arrived, 0)"
        # If no event arrives at all, a single missing event exceeds the threshold.
        none    = "IF(FILL(arrived, 0) == 0, missing, 0) * ${var.alarms.missing_events + 1}"
        most    = "IF(missing > accepted * ${var.alarms.missing_percent / 100}, missing, 0)"
        watched = "most + none"
      }
      threshold           = var.alarms.missing_events
      period_seconds      = local._ledger_period_seconds
      evaluation_periods  = 2
      datapoints_to_alarm = 2
    } },
  )
}
