# The dashboard of an environment, read from top to bottom: is something wrong, with which source, in which part.

locals {
  # A row is as high as it says and as wide as the grid, 24 columns.
  rows = concat(local.overview_rows, local.lane_rows, local.platform_rows)

  _tops = [for index, row in local.rows : sum(concat([0], [for above in slice(local.rows, 0, index) : above.height]))]

  # What is counted, in five minutes, unless a widget says otherwise.
  _metric_defaults = { region = var.region, view = "timeSeries", stat = "Sum", period = 300 }

  widgets = concat([
    for index, row in local.rows : [
      for place, widget in row.widgets : {
        type   = widget.type
        x      = sum(concat([0], [for before in slice(row.widgets, 0, place) : before.width]))
        y      = local._tops[index]
        width  = widget.width
        height = row.height
        # No conditional: it would make texts of the numbers.
        properties = merge(concat([for defaults in [local._metric_defaults] : defaults if widget.type == "metric"], [widget.properties])...)
      }
    ]
  ]...)

  red    = "#d62728"
  orange = "#ff7f0e"
  green  = "#2ca02c"
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = "${var.name}-${var.region}" # An account's dashboards are of all regions.
  dashboard_body = jsonencode({ start = "-PT3H", periodOverride = "inherit", widgets = local.widgets })
}
