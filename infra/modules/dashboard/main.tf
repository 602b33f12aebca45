# The dashboard of an environment, read from top to bottom: is something wrong, with which source, in which part.

locals {
  # A dashboard shows 500 widgets and 2,500 metrics at most: 40 sources, of two rows each, and what goes for all.
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
  _lane_pages = [
    for first in range(0, length(local.lane_rows), 80) :
    slice(local.lane_rows, first, min(first + 80, length(local.lane_rows)))
  ]

  # A row is as high as it says and as wide as the grid, 24 columns.
  pages = concat(
    [concat(local.overview_rows, local._lane_pages[0], local.platform_rows)],
    slice(local._lane_pages, 1, length(local._lane_pages)),
  )

  _tops = [for rows in local.pages : [for index, row in rows : sum(concat([0], [for above in slice(rows, 0, index) : above.height]))]]

  # What is counted, in five minutes, unless a widget says otherwise.
  _metric_defaults = { region = var.context.region, view = "timeSeries", stat = "Sum", period = 300 }

  widgets = [
    for page, rows in local.pages : concat([
      for index, row in rows : [
        for place, widget in row.widgets : {
          type   = widget.type
          x      = sum(concat([0], [for before in slice(row.widgets, 0, place) : before.width]))
          y      = local._tops[page][index]
          width  = widget.width
          height = row.height
          # No conditional: it would make texts of the numbers.
          properties = merge(
            concat([for defaults in [local._metric_defaults] : defaults if widget.type == "metric"], [widget.properties])...
          )
        }
      ]
    ]...)
  ]

  bodies = [for widgets in local.widgets : jsonencode({ start = "-PT3H", periodOverride = "inherit", widgets = widgets })]

  # The metrics of a queue, whose name follows.
  waiting = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"]
  oldest  = ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"]
  # The platform's own counts of all sources: of a metric that has these dimensions.
  sum_of_all = "SUM(SEARCH('{\"${var.context.name}\",%s} MetricName=\"%s\"', 'Sum'))"

  red    = "#d62728"
  orange = "#ff7f0e"
  green  = "#2ca02c"
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = "${var.context.name}-${var.context.region}" # An account's dashboards are of all regions.
  dashboard_body = local.bodies[0]
}

# The sources that the first has no room for.
resource "aws_cloudwatch_dashboard" "further" {
  for_each = { for page, body in local.bodies : tostring(page + 1) => body if page > 0 }

  dashboard_name = "${var.context.name}-${var.context.region}-${each.key}"
  dashboard_body = each.value
}
