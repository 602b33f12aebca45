# Rows for each source: accepted events and outcomes, rejections by reason, lag, and messages that wait.

locals {
  _event_metrics = {
    accepted      = { metric = "EventAccepted", color = "#1f77b4" }
    stored        = { metric = "EventStored", color = local.green }
    superseded    = { metric = "EventSuperseded", color = "#9467bd" }
    duplicated    = { metric = "EventDuplicated", color = "#7f7f7f" }
    dead-lettered = { metric = "EventDeadLettered", color = local.red }
  }
  _lag_metrics = { LagFromReceipt = { start = "receipt", axis = "left" }, LagFromEvent = { start = "event", axis = "right" } }

  source_rows = concat([
    for name, source in var.monitored.sources : [
      {
        height = 1
        # CloudWatch has no metric of a pause: the row shows that messages wait, and the command why.
        widgets = [{ type = "text", width = 24, properties = {
          markdown = "## ${name}: ${join(", ", source.entities)} (paused or closed? `ingest status --env ${var.environment}`)"
        } }]
      },
      {
        height = 6
        widgets = [
          { type = "metric", width = 6, properties = {
            title = "${name}: accepted events and outcomes"
            metrics = [
              for label, event in local._event_metrics :
              [var.context.name, event.metric, "source", name, { label = label, color = event.color }]
            ]
          } },
          { type = "metric", width = 6, properties = {
            title = "${name}: rejected events and dead letters, by reason"
            metrics = [for id, metric in { rejected = "EventRejected", dead = "EventDeadLettered" } : [{
              id         = id
              label      = "${id}: $${PROP('Dim.reason')}"
              expression = "SEARCH('{\"${var.context.name}\",source,reason} source=\"${name}\" MetricName=\"${metric}\"', 'Sum')"
            }]]
          } },
          { type = "metric", width = 6, properties = {
            title = "${name}: lag from receipt (left) and from the event's time (right)"
            yAxis = { left = { label = "ms", showUnits = false, min = 0 }, right = { label = "ms", showUnits = false, min = 0 } }
            # A source with one entity has no metrics by entity: they would equal the source's.
            metrics = [for line in setproduct(keys(local._lag_metrics), source.entities, local.percentiles) : concat(
              [var.context.name, line[0], "source", name],
              length(source.entities) > 1 ? ["entity", line[1]] : [],
              [{
                stat  = line[2]
                yAxis = local._lag_metrics[line[0]].axis
                label = "${line[1]} ${local._lag_metrics[line[0]].start} ${line[2]}"
              }],
            )]
          } },
          { type = "metric", width = 6, properties = {
            title = "${name}: waiting messages (left), age of the oldest in seconds (right)"
            stat  = "Maximum"
            metrics = [
              concat(local.queue_depth, [source.queue, { label = "waiting" }]),
              ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", source.queue, { label = "in flight" }],
              concat(local.queue_depth, [source.dead_letter_queue, { label = "dead letters", color = local.red }]),
              concat(local.message_age, [source.queue, { label = "oldest", yAxis = "right", color = local.orange }]),
            ]
          } },
        ]
      },
    ]
  ]...)
}
