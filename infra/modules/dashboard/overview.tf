# First of all: the alarms, and five numbers for all sources together.

locals {
  _dead_letter_queues = concat([for lane in var.watched.lanes : lane.dead_letter_queue], values(var.watched.other_dead_letter_queues))
  _queues             = concat([for lane in var.watched.lanes : lane.queue], values(var.watched.delivery_queues))

  _number = { view = "singleValue", sparkline = true }

  overview_rows = concat(
    # An alarm widget shows a hundred at most.
    [for arns in chunklist(var.alarm_arns, 100) : {
      height  = 4
      widgets = [{ type = "alarm", width = 24, properties = { title = "Alarms", alarms = arns, sortBy = "stateUpdatedTimestamp" } }]
    }],
    [{
      height = 4
      widgets = [
        { type = "metric", width = 5, properties = merge(local._number, {
          title   = "Accepted, in 5 minutes"
          metrics = [[{ id = "accepted", label = "events", expression = format(local.sum_of_all, "source", "EventAccepted") }]]
        }) },
        { type = "metric", width = 5, properties = merge(local._number, {
          title = "Stored, in 5 minutes"
          metrics = [[{
            id = "stored", label = "events", color = local.green, expression = format(local.sum_of_all, "source", "EventStored")
          }]]
        }) },
        { type = "metric", width = 5, properties = merge(local._number, {
          title = "Dead letters, now"
          stat  = "Maximum"
          metrics = concat(
            [[{ id = "all", label = "letters", color = local.red, expression = "SUM(FILL(METRICS(), 0))" }]],
            [for index, queue in local._dead_letter_queues : concat(local.waiting, [queue, { id = "q${index}", visible = false }])],
          )
        }) },
        { type = "metric", width = 4, properties = merge(local._number, {
          title   = "Unrouted, now"
          stat    = "Maximum"
          metrics = [concat(local.waiting, [var.watched.unrouted_queue, { label = "messages", color = local.red }])]
        }) },
        { type = "metric", width = 5, properties = merge(local._number, {
          title = "Oldest message that waits"
          stat  = "Maximum"
          metrics = concat(
            [[{ id = "all", label = "seconds", color = local.orange, expression = "MAX(FILL(METRICS(), 0))" }]],
            [for index, queue in local._queues : concat(local.oldest, [queue, { id = "q${index}", visible = false }])],
          )
        }) },
      ]
    }],
  )
}
