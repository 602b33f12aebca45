# The promise as sums: what was accepted arrives, and what was taken off a queue has an outcome. Reasons in the runbook.

locals {
  quarter_seconds = 900
  # A metric-math alarm has ten metrics at most, and an entity has three outcomes.
  most_entities = { ledger = 2, arrivals = 9 }

  _outcomes = { stored = "EventStored", superseded = "EventSuperseded", duplicated = "EventDuplicated" }

  _balanced = { for name, lane in var.watched.lanes : name => lane if length(lane.entities) <= local.most_entities.ledger }
  _arriving = { for name, lane in var.watched.lanes : name => lane if length(lane.entities) <= local.most_entities.arrivals }

  _outcome_metrics = {
    for name, lane in local._balanced : name => merge(
      { dead_lettered = { namespace = var.namespace, metric = "EventDeadLettered", dimensions = { source = name } } },
      [for outcome, metric in local._outcomes : {
        for index, entity in lane.entities : "${outcome}_${index}" => { namespace = var.namespace, metric = metric, dimensions = { source = name, entity = entity } }
      }]...
    )
  }
  _accepted_metrics = {
    for name, lane in local._arriving : name => {
      for index, entity in lane.entities : "accepted_${index}" => { namespace = var.namespace, metric = "EventAccepted", dimensions = { source = name, entity = entity } }
    }
  }

  ledger_alarms = merge(
    { for name, lane in local._balanced : "${name}-ledger-does-not-balance" => {
      concern = "ledger-does-not-balance"
      says    = "${name}: more messages were taken off the queue for good than have an outcome, so events may be lost."
      metrics = merge(local._outcome_metrics[name], {
        taken = { namespace = "AWS/SQS", metric = "NumberOfMessagesDeleted", dimensions = { QueueName = lane.queue } }
      })
      # Two quarters of an hour each time, so that a loss shows in two places and a message at an edge in one.
      expressions = {
        gap     = "FILL(taken, 0) - ${join(" - ", [for id in keys(local._outcome_metrics[name]) : "FILL(${id}, 0)"])}"
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
    { for name, lane in local._arriving : "${name}-accepted-events-do-not-arrive" => {
      concern = "accepted-events-do-not-arrive"
      says    = "${name}: more than ${var.alarms.missing_percent} % of what was accepted did not come to the queue, which is more than repeats explain."
      metrics = merge(local._accepted_metrics[name], {
        entered = { namespace = "AWS/SQS", metric = "NumberOfMessagesSent", dimensions = { QueueName = lane.queue } }
      })
      expressions = {
        accepted = join(" + ", [for id in keys(local._accepted_metrics[name]) : "FILL(${id}, 0)"])
        missing  = "accepted - FILL(entered, 0)"
        watched  = "IF(missing > accepted * ${var.alarms.missing_percent / 100}, missing, 0)"
      }
      threshold      = var.alarms.missing_events
      period_seconds = local.quarter_seconds
      periods        = 2
      breaching      = 2
    } },
  )
}
