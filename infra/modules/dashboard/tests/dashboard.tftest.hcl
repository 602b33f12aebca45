# The rows and limits of the dashboard; tests/tools/watched checks its metrics.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context    = jsondecode(file("../../tests/fixtures/context.json"))
  alarm_arns = []

  environment = "test"

  monitored = {
    sources = {
      sourceA = { queue = "a.fifo", dead_letter_queue = "a-dlq.fifo", entities = ["EQUIPMENT"] }
      sourceB = { queue = "b.fifo", dead_letter_queue = "b-dlq.fifo", entities = ["CONTRACT", "MILESTONE"] }
    }
    unrouted_queue           = "unrouted.fifo"
    other_dead_letter_queues = { files = "files-failures" }
    other_queues             = { indexer = "the-search" }
    functions                = { api = "the-api", changes = "the-changes" }
    api                      = { api = "the-api", stage = "test" }
    table                    = { name = "the-table", indexes = ["EntityNameIndex"] }
    topics                   = { router = "the-router.fifo" }
  }
}

run "totals_are_in_the_first_row" {
  command = plan

  assert {
    condition = (
      aws_cloudwatch_dashboard.this.dashboard_name == "ingestion-test-eu-central-1" &&
      output.url == join("", [
        "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1",
        "#dashboards/dashboard/ingestion-test-eu-central-1",
      ])
    )
    error_message = "the dashboard must have the environment's name and an address"
  }

  assert {
    condition = [
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.title
      if widget.y == 0
      ] == [
      "Accepted events, 5 minutes", "Stored events, 5 minutes", "Dead letters", "Unrouted messages", "Age of the oldest waiting message"
    ]
    error_message = "the first row must show the five totals if there are no alarms"
  }
}

run "alarms_come_first_with_at_most_100_in_a_widget" {
  command = plan

  variables {
    alarm_arns = [for number in range(101) : "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${number}"]
  }

  assert {
    condition = [
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [widget.y, length(widget.properties.alarms)]
      if widget.type == "alarm"
      ] == [
      [0, 100], [4, 1]
    ]
    error_message = "all alarms must come first, in widgets of at most 100"
  }
}

run "every_source_has_rows" {
  command = plan

  assert {
    condition = alltrue([
      for source in ["sourceA", "sourceB"] :
      [
        for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.title
        if startswith(lookup(widget.properties, "title", ""), "${source}: ")
        ] == [
        "${source}: accepted events and outcomes",
        "${source}: rejected events and dead letters, by reason",
        "${source}: lag from receipt (left) and from the event's time (right)",
        "${source}: waiting messages (left), age of the oldest in seconds (right)",
      ]
    ])
    error_message = "every source must show outcomes, rejections, lag and waiting messages"
  }

  assert {
    condition = alltrue(flatten([
      for line in setproduct(["CONTRACT", "MILESTONE"], ["LagFromReceipt", "LagFromEvent"], ["p50", "p95", "p99"]) :
      anytrue([
        for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : anytrue([
          for metric in lookup(widget.properties, "metrics", []) :
          try(
            slice(metric, 0, 6) == ["ingestion-test", line[1], "source", "sourceB", "entity", line[0]] && metric[6].stat == line[2], false
          )
        ])
      ])
    ]))
    error_message = "every entity must show its lag from receipt and from the event, p50, p95 and p99"
  }

  assert {
    condition = length([
      for metric in flatten([
        for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [
          for metric in lookup(widget.properties, "metrics", []) : join(" ", slice(metric, 0, length(metric) - 1))
        ]
      ]) :
      metric if can(regex("^ingestion-test Lag\\w+ source sourceA$", metric))
    ]) == 6
    error_message = "a source with one entity must show the lags of the source, as it has no metrics by entity"
  }
}

run "ninety_nine_sources_stay_within_cloudwatchs_limits" {
  command = plan

  variables {
    monitored = merge(var.monitored, {
      sources = {
        for n in range(99) :
        "source${n}" => { queue = "${n}.fifo", dead_letter_queue = "${n}-dlq.fifo", entities = ["CONTRACT", "EQUIPMENT", "MILESTONE"] }
      }
      functions = merge(var.monitored.functions, { for n in range(99) : "source${n}-worker" => "${n}-worker" })
    })
  }

  assert {
    condition = [for dashboard in aws_cloudwatch_dashboard.further : dashboard.dashboard_name] == [
      "ingestion-test-eu-central-1-2",
      "ingestion-test-eu-central-1-3",
    ]
    error_message = "every 40 further sources must have a dashboard"
  }

  assert {
    condition = length([
      for widget in flatten([
        for dashboard in concat([aws_cloudwatch_dashboard.this], values(aws_cloudwatch_dashboard.further)) :
        jsondecode(dashboard.dashboard_body).widgets[*].properties
      ]) :
      widget if endswith(lookup(widget, "title", ""), ": accepted events and outcomes")
    ]) == 99
    error_message = "every source must be shown once"
  }

  assert {
    condition = alltrue([
      for dashboard in concat([aws_cloudwatch_dashboard.this], values(aws_cloudwatch_dashboard.further)) :
      length(jsondecode(dashboard.dashboard_body).widgets) <= 500 &&
      sum([for widget in jsondecode(dashboard.dashboard_body).widgets : length(lookup(widget.properties, "metrics", []))]) <= 2500
    ])
    error_message = "a dashboard must have at most 500 widgets and 2,500 metrics"
  }
}

run "each_partition_has_its_own_console" {
  command = plan

  variables {
    context = { name = "ingestion-test", region = "cn-north-1", partition = "aws-cn" }
  }

  assert {
    condition     = startswith(output.url, "https://cn-north-1.console.amazonaws.cn/cloudwatch/")
    error_message = "the dashboard of a region in China must be in the console of China"
  }
}

run "a_partition_without_a_public_console_has_no_address" {
  command = plan

  variables {
    context = { name = "ingestion-test", region = "us-iso-east-1", partition = "aws-iso" }
  }

  assert {
    condition     = output.url == null
    error_message = "a partition whose console is not public must have no address of the dashboard"
  }
}
