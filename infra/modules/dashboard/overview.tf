# The first rows: the alarms, and five totals of all sources.

locals {
  _dead_letter_queues = concat(
    [for source in var.monitored.sources : source.dead_letter_queue], values(var.monitored.other_dead_letter_queues)
  )
  _consumed_queues = concat([for source in var.monitored.sources : source.queue], values(var.monitored.other_queues))

  _single_value = { view = "singleValue", sparkline = true }

  overview_rows = concat(
    # An alarm widget shows at most 100 alarms.
    [for arns in chunklist(var.alarm_arns, 100) : {
      height  = 4
      widgets = [{ type = "alarm", width = 24, properties = { title = "Alarms", alarms = arns, sortBy = "stateUpdatedTimestamp" } }]
    }],
    [{
      height = 4
      widgets = [
        { type = "metric", width = 5, properties = merge(local._single_value, {
          title   = "Accepted events, 5 minutes"
          metrics = [[{ id = "accepted", label = "events", expression = format(local.sum_expression, "source", "EventAccepted") }]]
        }) },
        { type = "metric", width = 5, properties = merge(local._single_value, {
          title = "Stored events, 5 minutes"
          metrics = [[{
            id = "stored", label = "events", color = local.green, expression = format(local.sum_expression, "source", "EventStored")
          }]]
        }) },
        { type = "metric", width = 5, properties = merge(local._single_value, {
          title = "Dead letters"
          stat  = "Maximum"
          metrics = concat(
            [[{ id = "all", label = "dead letters", color = local.red, expression = "SUM(FILL(METRICS(), 0))" }]],
            [for index, queue in local._dead_letter_queues : concat(local.queue_depth, [queue, { id = "q${index}", visible = false }])],
          )
        }) },
        { type = "metric", width = 4, properties = merge(local._single_value, {
          title   = "Unrouted messages"
          stat    = "Maximum"
          metrics = [concat(local.queue_depth, [var.monitored.unrouted_queue, { label = "messages", color = local.red }])]
        }) },
        { type = "metric", width = 5, properties = merge(local._single_value, {
          title = "Age of the oldest waiting message"
          stat  = "Maximum"
          metrics = concat(
            [[{ id = "all", label = "seconds", color = local.orange, expression = "MAX(FILL(METRICS(), 0))" }]],
            [for index, queue in local._consumed_queues : concat(local.message_age, [queue, { id = "q${index}", visible = false }])],
          )
        }) },
      ]
    }],
  )
}
