# The dashboard of an environment. From top to bottom: alarms and totals, each source, then the shared parts.

locals {
  # A dashboard has at most 500 widgets and 2,500 metrics: 40 sources with two rows each, and the shared rows.
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
  _source_pages = [
    for first in range(0, length(local.source_rows), 80) :
    slice(local.source_rows, first, min(first + 80, length(local.source_rows)))
  ]

  # Every row fills the 24 columns of the grid.
  pages = concat(
    [concat(local.overview_rows, local._source_pages[0], local.platform_rows)],
    slice(local._source_pages, 1, length(local._source_pages)),
  )

  _row_tops = [for rows in local.pages : [for index, row in rows : sum(concat([0], [for above in slice(rows, 0, index) : above.height]))]]

  # Default: sums over five minutes.
  _metric_defaults = { region = var.context.region, view = "timeSeries", stat = "Sum", period = 300 }

  widgets = [
    for page, rows in local.pages : concat([
      for index, row in rows : [
        for column, widget in row.widgets : {
          type   = widget.type
          x      = sum(concat([0], [for before in slice(row.widgets, 0, column) : before.width]))
          y      = local._row_tops[page][index]
          width  = widget.width
          height = row.height
          # A conditional expression would convert the numbers to strings.
          properties = merge(
            concat([for defaults in [local._metric_defaults] : defaults if widget.type == "metric"], [widget.properties])...
          )
        }
      ]
    ]...)
  ]

  bodies = [for widgets in local.widgets : jsonencode({ start = "-PT3H", periodOverride = "inherit", widgets = widgets })]

  # The start of a queue's metric; the queue's name follows.
  queue_depth = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"]
  message_age = ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"]
  # The sum of one of the platform's metrics over all sources. Arguments: the metric's dimensions and its name.
  sum_expression = "SUM(SEARCH('{\"${var.context.name}\",%s} MetricName=\"%s\"', 'Sum'))"

  percentiles = ["p50", "p95", "p99"]

  red    = "#d62728"
  orange = "#ff7f0e"
  green  = "#2ca02c"
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = "${var.context.name}-${var.context.region}" # Dashboard names are unique in an account, across regions.
  dashboard_body = local.bodies[0]
}

# The sources beyond the first 40.
resource "aws_cloudwatch_dashboard" "further" {
  for_each = { for page, body in local.bodies : tostring(page + 1) => body if page > 0 }

  dashboard_name = "${var.context.name}-${var.context.region}-${each.key}"
  dashboard_body = each.value
}
