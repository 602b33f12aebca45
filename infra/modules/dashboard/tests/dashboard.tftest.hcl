# The dashboard is what was asked for; tests/tools/test_watched.py looks at its contents.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context    = jsondecode(file("../../tests/fixtures/context.json"))
  alarm_arns = []

  watched = {
    lanes = {
      sourceA = { queue = "a.fifo", dead_letter_queue = "a-dlq.fifo", entities = ["EQUIPMENT"] }
      sourceB = { queue = "b.fifo", dead_letter_queue = "b-dlq.fifo", entities = ["CONTRACT", "MILESTONE"] }
    }
    unrouted_queue           = "unrouted.fifo"
    other_dead_letter_queues = { files = "files-failures" }
    delivery_queues          = {}
    functions                = { api = "the-api", changes = "the-changes" }
    api                      = { api = "the-api", stage = "test" }
    table                    = { name = "the-table", indexes = ["EntityNameIndex"] }
    topics                   = { router = "the-router.fifo" }
  }
}

run "what_matters_first_is_on_top" {
  command = plan

  assert {
    condition = (
      aws_cloudwatch_dashboard.this.dashboard_name == "ingestion-test-eu-central-1" &&
      endswith(output.url, "region=eu-central-1#dashboards/dashboard/ingestion-test-eu-central-1")
    )
    error_message = "the dashboard must have the environment's name, and an address"
  }

  assert {
    condition = [
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.title
      if widget.y == 0
      ] == [
      "Accepted, in 5 minutes", "Stored, in 5 minutes", "Dead letters, now", "Unrouted, now", "Oldest message that waits"
    ]
    error_message = "the first row must tell the five numbers; without alarms there is no list of them"
  }
}

run "alarms_come_before_everything_a_hundred_a_widget" {
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
    error_message = "all alarms must be shown first, in widgets of a hundred at most"
  }
}

run "every_source_has_its_place" {
  command = plan

  assert {
    condition = alltrue([
      for source in ["sourceA", "sourceB"] :
      [
        for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.title
        if startswith(lookup(widget.properties, "title", ""), "${source}: ")
        ] == [
        "${source}: accepted and outcomes",
        "${source}: refused, by reason",
        "${source}: lag from receipt (left) and from the event (right)",
        "${source}: waiting (left), oldest in seconds (right)",
      ]
    ])
    error_message = "every source must show what became of its events, what was refused, how late it is and what waits"
  }

  assert {
    condition = alltrue(flatten([
      for it in setproduct(["CONTRACT", "MILESTONE"], ["LagFromReceipt", "LagFromEvent"], ["p50", "p95", "p99"]) :
      anytrue([
        for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : anytrue([
          for metric in lookup(widget.properties, "metrics", []) :
          try(slice(metric, 0, 6) == ["ingestion-test", it[1], "source", "sourceB", "entity", it[0]] && metric[6].stat == it[2], false)
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
    error_message = "a source with one entity has no metric by entity, so its lags are those of the source"
  }
}

run "as_many_sources_as_a_topic_takes_are_shown_within_cloudwatchs_limits" {
  command = plan

  variables {
    watched = merge(var.watched, {
      lanes = {
        for n in range(99) :
        "source${n}" => { queue = "${n}.fifo", dead_letter_queue = "${n}-dlq.fifo", entities = ["CONTRACT", "EQUIPMENT", "MILESTONE"] }
      }
      functions = merge(var.watched.functions, { for n in range(99) : "source${n}-worker" => "${n}-worker" })
    })
  }

  assert {
    condition = [for dashboard in aws_cloudwatch_dashboard.further : dashboard.dashboard_name] == [
      "ingestion-test-eu-central-1-2",
      "ingestion-test-eu-central-1-3",
    ]
    error_message = "there must be a further dashboard for each 40 sources"
  }

  assert {
    condition = length([
      for widget in flatten([
        for dashboard in concat([aws_cloudwatch_dashboard.this], values(aws_cloudwatch_dashboard.further)) :
        jsondecode(dashboard.dashboard_body).widgets[*].properties
      ]) :
      widget if endswith(lookup(widget, "title", ""), ": accepted and outcomes")
    ]) == 99
    error_message = "every source must be shown once"
  }

  assert {
    condition = alltrue([
      for dashboard in concat([aws_cloudwatch_dashboard.this], values(aws_cloudwatch_dashboard.further)) :
      length(jsondecode(dashboard.dashboard_body).widgets) <= 500 &&
      sum([for widget in jsondecode(dashboard.dashboard_body).widgets : length(lookup(widget.properties, "metrics", []))]) <= 2500
    ])
    error_message = "no dashboard may have more widgets or metrics than CloudWatch takes"
  }
}
