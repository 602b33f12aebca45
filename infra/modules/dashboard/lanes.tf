# Each source: what came and became of it, what was refused and why, how late it is, what waits.

locals {
  _flows = {
    accepted      = { metric = "EventAccepted", color = "#1f77b4" }
    stored        = { metric = "EventStored", color = local.green }
    superseded    = { metric = "EventSuperseded", color = "#9467bd" }
    duplicated    = { metric = "EventDuplicated", color = "#7f7f7f" }
    dead-lettered = { metric = "EventDeadLettered", color = local.red }
  }
  _lags = { LagFromReceipt = { says = "receipt", axis = "left" }, LagFromEvent = { says = "event", axis = "right" } }

  lane_rows = concat([
    for name, lane in var.watched.lanes : [
      {
        height  = 1
        widgets = [{ type = "text", width = 24, properties = { markdown = "## ${name}: ${join(", ", lane.entities)}" } }]
      },
      {
        height = 6
        widgets = [
          { type = "metric", width = 6, properties = {
            title   = "${name}: accepted and outcomes"
            metrics = [for flow, it in local._flows : [var.context.name, it.metric, "source", name, { label = flow, color = it.color }]]
          } },
          { type = "metric", width = 6, properties = {
            title = "${name}: refused, by reason"
            metrics = [for id, metric in { rejected = "EventRejected", dead = "EventDeadLettered" } : [{
              id         = id
              label      = "${id}: $${PROP('Dim.reason')}"
              expression = "SEARCH('{\"${var.context.name}\",source,reason} source=\"${name}\" MetricName=\"${metric}\"', 'Sum')"
            }]]
          } },
          { type = "metric", width = 6, properties = {
            title = "${name}: lag from receipt (left) and from the event (right)"
            yAxis = { left = { label = "ms", showUnits = false, min = 0 }, right = { label = "ms", showUnits = false, min = 0 } }
            # A source with one entity has no metric by entity: it would repeat the source's.
            metrics = [for it in setproduct(keys(local._lags), lane.entities, ["p50", "p95", "p99"]) : concat(
              [var.context.name, it[0], "source", name],
              length(lane.entities) > 1 ? ["entity", it[1]] : [],
              [{ stat = it[2], yAxis = local._lags[it[0]].axis, label = "${it[1]} ${local._lags[it[0]].says} ${it[2]}" }],
            )]
          } },
          { type = "metric", width = 6, properties = {
            title = "${name}: waiting (left), oldest in seconds (right)"
            stat  = "Maximum"
            metrics = [
              concat(local.waiting, [lane.queue, { label = "waiting" }]),
              ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", lane.queue, { label = "in work" }],
              concat(local.waiting, [lane.dead_letter_queue, { label = "dead letters", color = local.red }]),
              concat(local.oldest, [lane.queue, { label = "oldest", yAxis = "right", color = local.orange }]),
            ]
          } },
        ]
      },
    ]
  ]...)
}
