# Filters are as asked for; tests/integration/test_metrics.py applies them to what the functions print.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  namespace = "ingestion-test"
  functions = { api = "ingestion-test-api", sourceA-worker = "ingestion-test-sourceA-worker" }
}

run "what_has_an_entity_is_counted_with_and_without_it" {
  command = plan

  assert {
    condition = [
      for filter in aws_cloudwatch_log_metric_filter.this : [filter.pattern, filter.metric_transformation[0].value, filter.metric_transformation[0].dimensions]
      if filter.metric_transformation[0].name == "EventAccepted"
      ] == [
      ["{ ($.EventAccepted = *) && ($.source = *) }", "$.EventAccepted", tomap({ source = "$.source" })],
      ["{ ($.EventAccepted = *) && ($.source = *) && ($.entity = *) }", "$.EventAccepted", tomap({ source = "$.source", entity = "$.entity" })],
    ]
    error_message = "an entity's events are told of the source, and of the source and entity"
  }
}

run "a_filter_reads_the_log_of_the_function_that_says_it" {
  command = plan

  assert {
    condition     = toset([for filter in aws_cloudwatch_log_metric_filter.this : filter.log_group_name if filter.metric_transformation[0].name == "EventStored"]) == toset(["/aws/lambda/ingestion-test-sourceA-worker"])
    error_message = "workers alone store"
  }
}

run "metrics_are_in_the_environments_namespace_with_their_units" {
  command = plan

  assert {
    condition     = alltrue([for filter in aws_cloudwatch_log_metric_filter.this : filter.metric_transformation[0].namespace == "ingestion-test"])
    error_message = "one namespace for all"
  }

  assert {
    condition = alltrue([
      for filter in aws_cloudwatch_log_metric_filter.this :
      filter.metric_transformation[0].unit == (startswith(filter.metric_transformation[0].name, "Lag") ? "Milliseconds" : "Count")
    ])
    error_message = "a metric of two units would be two series"
  }
}

run "every_kind_of_function_is_known" {
  command = plan

  variables {
    functions = {
      api            = "api", changes = "changes", extractor = "extractor", inserter = "inserter", query = "query",
      sourceA-worker = "worker", web-subscriber = "subscriber"
    }
  }

  assert {
    condition     = length(toset([for filter in aws_cloudwatch_log_metric_filter.this : filter.log_group_name])) == 7
    error_message = "every function tells something"
  }
}

run "without_functions_there_is_nothing_to_count" {
  command = plan

  variables {
    functions = {}
  }

  assert {
    condition     = length(aws_cloudwatch_log_metric_filter.this) == 0
    error_message = "no function, no filter"
  }
}

run "a_function_that_nothing_is_known_of_is_refused" {
  command = plan

  variables {
    functions = { janitor = "ingestion-test-janitor" }
  }

  expect_failures = [var.functions]
}
