# The promise as sums: what was accepted arrives, and what was taken off a queue has an outcome. Reasons in the runbook.

locals {
  quarter_seconds = 900

  _outcomes = {
    stored        = "EventStored"
    superseded    = "EventSuperseded"
    duplicated    = "EventDuplicated"
    dead_lettered = "EventDeadLettered"
  }

  _outcome_metrics = {
    for name in keys(var.watched.lanes) : name => {
      for outcome, metric in local._outcomes : outcome => { namespace = var.context.name, metric = metric, dimensions = { source = name } }
    }
  }

  ledger_alarms = merge(
    { for name, lane in var.watched.lanes : "${name}-ledger-does-not-balance" => {
      concern = "ledger-does-not-balance"
      says    = "${name}: more messages were taken off the queue for good than have an outcome, so events may be lost."
      metrics = merge(local._outcome_metrics[name], {
        taken = { namespace = "AWS/SQS", metric = "NumberOfMessagesDeleted", dimensions = { QueueName = lane.queue } }
        # Counted by the last try, and then put aside by the queue, which deletes nothing.
        exhausted = {
          namespace = var.context.name, metric = "EventDeadLettered", dimensions = { source = name, reason = "retries_exhausted" }
        }
      })
      # Two quarters of an hour each time, so that a loss shows in two places and a message at an edge in one.
      expressions = {
        gap     = "FILL(taken, 0) + FILL(exhausted, 0) - ${join(" - ", [for id in keys(local._outcome_metrics[name]) : "FILL(${id}, 0)"])}"
        handled = "FILL(taken, 0)"
        lost    = "2 * gap - DIFF(gap)"
        seen    = "2 * handled - DIFF(handled)"
        watched = "IF(lost > seen * ${var.alarms.ledger_percent / 100}, lost, 0)"
      }
      threshold      = var.alarms.ledger_events
      period_seconds = local.quarter_seconds
      periods        = 3
      breaching      = 2
    } },
    { for name, lane in var.watched.lanes : "${name}-accepted-events-do-not-arrive" => {
      concern = "accepted-events-do-not-arrive"
      says = join(" ", [
        "${name}: more than ${var.alarms.missing_percent} % of what was accepted did not come to the queue,",
        "which is more than repeats explain.",
      ])
      metrics = {
        arrived = { namespace = "AWS/SQS", metric = "NumberOfMessagesSent", dimensions = { QueueName = lane.queue } }
        posted  = { namespace = var.context.name, metric = "EventAccepted", dimensions = { source = name } }
      }
      expressions = {
        accepted = "FILL(posted, 0)"
        missing  = "accepted - FILL(arrived, 0)"
        # Where nothing arrives at all, every single event rings.
        none    = "IF(FILL(arrived, 0) == 0, missing, 0) * ${var.alarms.missing_events + 1}"
        most    = "IF(missing > accepted * ${var.alarms.missing_percent / 100}, missing, 0)"
        watched = "most + none"
      }
      threshold      = var.alarms.missing_events
      period_seconds = local.quarter_seconds
      periods        = 2
      breaching      = 2
    } },
  )
}
