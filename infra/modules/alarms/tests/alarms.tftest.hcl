# What each alarm monitors, its threshold, and how it treats missing data.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context = jsondecode(file("../../tests/fixtures/context.json"))

  environment = "test"

  monitored = {
    sources = {
      sourceA = { queue = "a.fifo", dead_letter_queue = "a-dlq.fifo", worker = "a-worker" }
      sourceB = { queue = "b.fifo", dead_letter_queue = "b-dlq.fifo", worker = "b-worker", expect_every_minutes = 60 }
      weekly  = { queue = "w.fifo", dead_letter_queue = "w-dlq.fifo", worker = "w-worker", expect_every_minutes = 10080 }
    }
    unrouted_queue           = "unrouted.fifo"
    other_dead_letter_queues = { files = "files-failures", web-subscriber = "web-dlq.fifo" }
    other_queues             = { web-subscriber = "web.fifo" }
    functions = {
      api            = "the-api"
      changes        = "the-changes"
      sourceA-worker = "a-worker"
      extractor      = "the-extractor"
      inserter       = "the-inserter"
      web-subscriber = "the-web"
    }
    limited_functions = ["inserter"]
    api               = { api = "the-api", stage = "test" }
    table             = { name = "the-table", indexes = ["EntityNameIndex"] }
    topics            = { router = "the-router.fifo" }
  }

  alarms = {
    enabled                  = true
    emails                   = ["team@example.com"]
    topic_arns               = ["arn:aws:sns:eu-central-1:123456789012:pager"]
    runbook                  = "https://example.com/operations.md"
    oldest_message_seconds   = 900
    message_age_days         = null
    dead_letter_age_days     = null
    api_5xx                  = 5
    api_4xx_percent          = 50
    api_4xx_minimum_requests = 20
    iterator_age_seconds     = 300
    ledger_events            = 0
    ledger_percent           = 0.1
    missing_events           = 10
    missing_percent          = 20
  }
}

run "every_alarm_notifies_all_receivers_and_describes_itself" {
  command = plan

  assert {
    condition = (
      aws_sns_topic.this[0].name == "ingestion-test-alarms" &&
      aws_sns_topic_subscription.email["team@example.com"].protocol == "email"
    )
    error_message = "each address in alarms.emails must be subscribed to the one topic"
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.metric), values(aws_cloudwatch_metric_alarm.math)) :
      toset(alarm.alarm_actions) == toset([aws_sns_topic.this[0].arn, "arn:aws:sns:eu-central-1:123456789012:pager"]) &&
      alarm.ok_actions == alarm.alarm_actions
    ])
    error_message = "every alarm must notify the platform's topic and alarms.topic_arns when it starts and when it ends"
  }

  assert {
    condition = jsondecode(aws_sns_topic.this[0].policy).Statement == [{
      Effect    = "Allow"
      Action    = "sns:Publish"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Resource  = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-alarms"
      Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    }]
    error_message = "only alarms of this account may publish to the topic"
  }

  assert {
    condition = aws_cloudwatch_metric_alarm.metric["sourceA-dead-letters-wait"].alarm_description == join(" ", [
      "sourceA: the dead-letter queue holds messages that were not processed. SQS keeps them for 14 days.",
      "Run first: `.venv/bin/ingest dlq list --source sourceA --env test`",
      "Runbook: https://example.com/operations.md#dead-letters-wait",
    ])
    error_message = "the description must say what happened, what it means, the first command, and the section of the runbook"
  }

  assert {
    condition = alltrue([
      for name, selector in { files = "files", unrouted = "unrouted", web-subscriber = "\"subscriber web\"" } :
      strcontains(
        aws_cloudwatch_metric_alarm.metric["${name}-dead-letters-expire"].alarm_description, "dlq list --source ${selector} --env test`"
      )
    ])
    error_message = "the command must select the dead letters that the alarm is about"
  }

  assert {
    condition     = aws_sns_topic.this[0].kms_master_key_id == null
    error_message = "the topic must have no KMS key if the platform has none"
  }
}

run "the_platforms_key_encrypts_the_topic" {
  command = plan

  variables {
    context = merge(var.context, {
      encryption = {
        kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/0b1c"
        deny_statements = [{ Effect = "Deny", Principal = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }]
      }
    })
  }

  assert {
    condition     = aws_sns_topic.this[0].kms_master_key_id == "arn:aws:kms:eu-central-1:123456789012:key/0b1c"
    error_message = "the topic must be encrypted with the platform's key"
  }

  assert {
    condition = contains(jsondecode(aws_sns_topic.this[0].policy).Statement, {
      Effect = "Deny", Principal = "*", Action = "sns:Publish", Resource = local.topic_arn, Condition = {
        Bool = { "aws:SecureTransport" = "false" }
      }
    })
    error_message = "the topic must deny requests without TLS"
  }
}

run "disabled_alarms_create_no_resources" {
  command = plan

  variables {
    alarms = merge(var.alarms, { enabled = false })
  }

  assert {
    condition = (
      length(aws_cloudwatch_metric_alarm.metric) + length(aws_cloudwatch_metric_alarm.math) == 0 &&
      length(aws_sns_topic.this) + length(aws_sns_topic_subscription.email) == 0
    )
    error_message = "disabled alarms must create no alarm and no topic"
  }

  assert {
    condition     = output.topic_arn == null && length(output.arns) == 0
    error_message = "disabled alarms must have no outputs"
  }
}

run "a_dead_letter_an_old_one_and_a_waiting_message_ring" {
  command = plan

  assert {
    condition = alltrue([
      for name, queue in {
        sourceA-dead-letters-wait = "a-dlq.fifo"
        files-dead-letters-wait   = "files-failures"
        events-unrouted           = "unrouted.fifo"
      } :
      [
        for alarm in [aws_cloudwatch_metric_alarm.metric[name]] :
        [
          alarm.namespace,
          alarm.metric_name,
          alarm.dimensions.QueueName,
          alarm.statistic,
          alarm.comparison_operator,
          alarm.threshold,
          alarm.evaluation_periods,
          alarm.treat_missing_data,
        ]
      ][0]
      == ["AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, "Maximum", "GreaterThanThreshold", 0, 1, "notBreaching"]
    ])
    error_message = "one message in a dead-letter queue, a failures queue or the unrouted queue must ring"
  }

  assert {
    condition = alltrue([
      for name in ["sourceA", "files", "unrouted"] :
      [
        for alarm in [aws_cloudwatch_metric_alarm.metric["${name}-dead-letters-expire"]] :
        [alarm.metric_name, alarm.threshold, alarm.treat_missing_data]
      ][0] ==
      ["ApproximateAgeOfOldestMessage", 864000, "notBreaching"]
    ])
    error_message = "a dead letter that is ten days old must ring if SQS keeps it for 14 days"
  }

  assert {
    condition = alltrue([
      for name, queue in { sourceA = "a.fifo", web-subscriber = "web.fifo" } :
      [
        for alarm in [aws_cloudwatch_metric_alarm.metric["${name}-messages-wait"]] :
        [
          alarm.metric_name,
          alarm.dimensions.QueueName,
          alarm.statistic,
          alarm.threshold,
          alarm.period * alarm.datapoints_to_alarm,
          alarm.treat_missing_data,
        ]
      ][0]
      == ["ApproximateAgeOfOldestMessage", queue, "Maximum", 900, 600, "notBreaching"]
    ])
    error_message = "a message that waits for over 15 minutes in a queue with a consumer must ring"
  }
}

run "a_message_of_a_source_that_expires_soon_rings" {
  command = plan

  assert {
    condition = (
      [
        for alarm in [aws_cloudwatch_metric_alarm.metric["sourceA-messages-expire"]] :
        [alarm.metric_name, alarm.dimensions.QueueName, alarm.statistic, alarm.threshold, alarm.treat_missing_data]
      ][0] ==
      ["ApproximateAgeOfOldestMessage", "a.fifo", "Maximum", 432000, "notBreaching"]
    )
    error_message = "a message that has waited for five days must ring if SQS keeps it for seven"
  }

  assert {
    condition = strcontains(
      aws_cloudwatch_metric_alarm.metric["sourceA-messages-expire"].alarm_description,
      "`.venv/bin/ingest status --env test`"
    )
    error_message = "the first command must show whether the worker is paused"
  }

  assert {
    condition = alltrue([
      for alarm in ["sourceA-messages-wait", "web-subscriber-messages-wait", "sourceA-worker-function-fails", "sourceB-source-silent"] :
      strcontains(aws_cloudwatch_metric_alarm.metric[alarm].alarm_description, "Run first: `.venv/bin/ingest status --env test`")
    ])
    error_message = "the first command must name a pause, a closing and the error of a worker"
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.metric["sourceA-messages-wait"].alarm_description, "a pause")
    error_message = "the alarm on waiting messages must name the pause"
  }
}

run "a_message_age_of_your_own_replaces_the_default" {
  command = plan

  variables {
    alarms = merge(var.alarms, { message_age_days = 3 })
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.metric["sourceA-messages-expire"].threshold == 3 * 24 * 3600
    error_message = "a message that has waited for alarms.message_age_days must ring"
  }
}

run "a_silent_source_rings_even_without_data_from_its_queue" {
  command = plan

  assert {
    condition = [
      for alarm in [aws_cloudwatch_metric_alarm.metric["sourceB-source-silent"]] :
      [
        alarm.metric_name,
        alarm.dimensions.QueueName,
        alarm.statistic,
        alarm.comparison_operator,
        alarm.threshold,
        alarm.period,
        alarm.evaluation_periods,
        alarm.treat_missing_data,
      ]
      ][0] == [
      "NumberOfMessagesSent", "b.fifo", "Sum", "LessThanThreshold", 1, 3600, 1, "breaching"
    ]
    error_message = "an hour without events or without data must ring if the catalog expects an event each hour"
  }

  assert {
    condition = [
      for alarm in [aws_cloudwatch_metric_alarm.metric["weekly-source-silent"]] :
      [alarm.period, alarm.evaluation_periods, alarm.datapoints_to_alarm, alarm.treat_missing_data]
      ][0] == [
      3600, 168, 168, "breaching"
    ]
    error_message = "a span of more than a day must be evaluated by hours, all of them silent"
  }

  assert {
    condition     = length([for name in keys(aws_cloudwatch_metric_alarm.metric) : name if endswith(name, "source-silent")]) == 2
    error_message = "a source without expect_every_minutes must not have the alarm source-silent"
  }
}

run "the_ledger_compares_what_left_the_queue_with_every_outcome" {
  command = plan

  assert {
    condition = toset(flatten([
      for query in aws_cloudwatch_metric_alarm.math["sourceB-ledger-does-not-balance"].metric_query : [
        for metric in query.metric :
        join(" ", concat([metric.namespace, metric.metric_name, metric.stat, metric.period], values(metric.dimensions)))
      ]
      ])) == toset([
      "AWS/SQS NumberOfMessagesDeleted Sum 900 b.fifo",
      "ingestion-test EventStored Sum 900 sourceB",
      "ingestion-test EventNotStored Sum 900 sourceB",
    ])
    error_message = "the ledger must subtract every outcome from the messages that were deleted from the queue"
  }

  assert {
    condition = (
      [
        for alarm in [aws_cloudwatch_metric_alarm.math["sourceB-ledger-does-not-balance"]] :
        [alarm.threshold, alarm.evaluation_periods, alarm.datapoints_to_alarm, alarm.treat_missing_data]
      ][0] ==
      [0, 3, 2, "notBreaching"]
    )
    error_message = "one lost event must ring if two of three periods show it"
  }
}

run "accepted_events_are_compared_with_arrivals" {
  command = plan

  assert {
    condition = toset(flatten([
      for query in aws_cloudwatch_metric_alarm.math["sourceB-accepted-events-do-not-arrive"].metric_query : [
        for metric in query.metric :
        join(" ", concat([metric.namespace, metric.metric_name, metric.stat, metric.period], values(metric.dimensions)))
      ]
      ])) == toset([
      "AWS/SQS NumberOfMessagesSent Sum 900 b.fifo", "ingestion-test EventAccepted Sum 900 sourceB"
    ])
    error_message = "accepted events must be compared with the messages sent to the queue"
  }

  assert {
    condition = (
      [
        for alarm in [aws_cloudwatch_metric_alarm.math["sourceB-accepted-events-do-not-arrive"]] :
        [alarm.threshold, alarm.evaluation_periods, alarm.datapoints_to_alarm, alarm.treat_missing_data]
      ][0] ==
      [10, 2, 2, "notBreaching"]
    )
    error_message = "the alarm must ring if more than ten events are missing in two periods of 15 minutes"
  }
}

run "functions_that_fail_repeatedly_ring" {
  command = plan

  assert {
    condition = alltrue([
      for name, metric in { api-function-fails = "Errors", api-function-throttled = "Throttles" } :
      [
        for alarm in [aws_cloudwatch_metric_alarm.metric[name]] :
        [
          alarm.namespace,
          alarm.metric_name,
          alarm.dimensions.FunctionName,
          alarm.statistic,
          alarm.threshold,
          alarm.evaluation_periods,
          alarm.datapoints_to_alarm,
          alarm.treat_missing_data,
        ]
      ][0]
      == ["AWS/Lambda", metric, "the-api", "Sum", 0, 3, 2, "notBreaching"]
    ])
    error_message = "a function that fails or is throttled in two of three periods must ring"
  }

  assert {
    condition = (
      !contains(keys(aws_cloudwatch_metric_alarm.metric), "inserter-function-throttled") &&
      contains(keys(aws_cloudwatch_metric_alarm.metric), "inserter-function-fails")
    )
    error_message = "a function with a concurrency limit must ring for errors only"
  }

  assert {
    condition = alltrue([
      for name in ["sourceA-worker", "web-subscriber"] :
      !contains(keys(aws_cloudwatch_metric_alarm.metric), "${name}-function-throttled") &&
      contains(keys(aws_cloudwatch_metric_alarm.metric), "${name}-function-fails") &&
      contains(keys(aws_cloudwatch_metric_alarm.metric), "${trimsuffix(name, "-worker")}-messages-wait")
    ])
    error_message = "a function that consumes a queue must ring for errors and for messages that wait"
  }

  assert {
    condition = (
      [
        for alarm in [aws_cloudwatch_metric_alarm.metric["changes-lag"]] :
        [alarm.metric_name, alarm.dimensions.FunctionName, alarm.statistic, alarm.threshold, alarm.treat_missing_data]
      ][0] ==
      ["IteratorAge", "the-changes", "Maximum", 300000, "notBreaching"]
    )
    error_message = "changes that are five minutes late must ring; IteratorAge is in milliseconds"
  }
}

run "the_gateway_the_table_and_the_topics_ring" {
  command = plan

  assert {
    condition = (
      [
        for alarm in [aws_cloudwatch_metric_alarm.metric["api-fails"]] :
        [
          alarm.namespace,
          alarm.metric_name,
          alarm.dimensions.ApiName,
          alarm.dimensions.Stage,
          alarm.statistic,
          alarm.threshold,
          alarm.treat_missing_data,
        ]
      ][0] ==
      ["AWS/ApiGateway", "5XXError", "the-api", "test", "Sum", 5, "notBreaching"]
    )
    error_message = "more than five 5xx responses in five minutes must ring"
  }

  assert {
    condition = toset(flatten([
      for query in aws_cloudwatch_metric_alarm.math["api-refuses"].metric_query :
      concat(query.expression == null ? [] : [query.expression], [for metric in query.metric : metric.metric_name])
      ])) == toset([
      "IF(requests >= 20, 100 * FILL(refused, 0) / requests, 0)", "Count", "4XXError"
    ])
    error_message = "the share of 4xx responses must count only from twenty requests on"
  }

  assert {
    condition = (
      [
        for alarm in [aws_cloudwatch_metric_alarm.math["api-refuses"]] :
        [alarm.threshold, alarm.evaluation_periods, alarm.datapoints_to_alarm, alarm.treat_missing_data]
      ][0] ==
      [50, 3, 3, "notBreaching"]
    )
    error_message = "the alarm must ring if half of all requests are refused for 15 minutes"
  }

  assert {
    condition = toset(flatten([
      for query in aws_cloudwatch_metric_alarm.math["table-throttled"].metric_query :
      [
        for metric in query.metric :
        "${metric.namespace} ${metric.metric_name} ${metric.dimensions.TableName} ${metric.dimensions.Operation}"
      ]
      ])) == toset([
      for operation in ["PutItem", "GetItem", "BatchGetItem", "Query"] : "AWS/DynamoDB ThrottledRequests the-table ${operation}"
    ])
    error_message = "a throttled operation must ring if the functions use it"
  }

  assert {
    condition = (
      [
        for alarm in [aws_cloudwatch_metric_alarm.metric["router-deliveries-fail"]] :
        [
          alarm.namespace,
          alarm.metric_name,
          alarm.dimensions.TopicName,
          alarm.statistic,
          alarm.threshold,
          alarm.evaluation_periods,
          alarm.treat_missing_data,
        ]
      ][0] ==
      ["AWS/SNS", "NumberOfNotificationsFailed", "the-router.fifo", "Sum", 0, 1, "notBreaching"]
    )
    error_message = "one message that a topic cannot deliver must ring"
  }
}

run "one_refused_or_unbalanced_file_rings" {
  command = plan

  assert {
    condition = alltrue([
      for name, metric in { files-refused = "FileRefused", files-unbalanced = "FileUnbalanced" } :
      [
        for alarm in [aws_cloudwatch_metric_alarm.metric[name]] :
        [
          alarm.namespace,
          alarm.metric_name,
          length(alarm.dimensions),
          alarm.statistic,
          alarm.comparison_operator,
          alarm.threshold,
          alarm.evaluation_periods,
          alarm.treat_missing_data,
        ]
      ][0]
      == ["ingestion-test", metric, 0, "Sum", "GreaterThanThreshold", 0, 1, "notBreaching"]
    ])
    error_message = "one refused file, and one file whose counts do not agree, must ring, whatever its source"
  }

  assert {
    condition = strcontains(
      aws_cloudwatch_metric_alarm.metric["files-unbalanced"].alarm_description,
      "`.venv/bin/ingest files list --state unbalanced --env test`"
    )
    error_message = "the first command must list the file"
  }
}

run "an_invalid_email_address_is_rejected" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { emails = ["the team"] })
  }
}

run "a_fifo_topic_as_a_receiver_is_rejected" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { topic_arns = ["arn:aws:sns:eu-central-1:123456789012:ours.fifo"] })
  }
}

run "a_runbook_with_a_fragment_is_rejected" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { runbook = "https://example.com/operations.md#alarms" })
  }
}

run "a_message_age_shorter_than_five_attempts_is_rejected" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { oldest_message_seconds = 299 })
  }
}

run "a_warning_after_messages_expired_is_rejected" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { message_age_days = 14 })
  }
}

run "a_dead_letter_age_after_expiry_is_rejected" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { dead_letter_age_days = 14 })
  }
}

run "a_shorter_retention_of_dead_letters_rings_sooner" {
  command = plan

  variables {
    context = merge(var.context, { queues = { retention_days = 7, dead_letter_retention_days = 7 } })
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.metric["sourceA-dead-letters-expire"].threshold == 5 * 24 * 3600 &&
      strcontains(aws_cloudwatch_metric_alarm.metric["sourceA-dead-letters-expire"].alarm_description, "7 days old")
    )
    error_message = "dead letters must ring before they expire"
  }
}

run "a_share_of_100_percent_is_rejected" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { missing_percent = 100 })
  }
}

run "a_negative_count_is_rejected" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { ledger_events = -1 })
  }
}

run "an_iterator_age_after_the_streams_retention_is_rejected" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { iterator_age_seconds = 86400 })
  }
}
