# What each alarm promises: what it watches, from where on it rings, and what silence means to it.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context = jsondecode(file("../../tests/fixtures/context.json"))

  watched = {
    lanes = {
      sourceA = { queue = "a.fifo", dead_letter_queue = "a-dlq.fifo" }
      sourceB = { queue = "b.fifo", dead_letter_queue = "b-dlq.fifo", expect_every_minutes = 60 }
      weekly  = { queue = "w.fifo", dead_letter_queue = "w-dlq.fifo", expect_every_minutes = 10080 }
    }
    unrouted_queue           = "unrouted.fifo"
    other_dead_letter_queues = { files = "files-failures" }
    delivery_queues          = { web-subscriber = "web.fifo" }
    functions                = { api = "the-api", changes = "the-changes", inserter = "the-inserter" }
    limited_functions        = ["inserter"]
    api                      = { api = "the-api", stage = "test" }
    table                    = { name = "the-table", indexes = ["EntityNameIndex"] }
    topics                   = { router = "the-router.fifo" }
  }

  alarms = {
    enabled                  = true
    emails                   = ["team@example.com"]
    topic_arns               = ["arn:aws:sns:eu-central-1:123456789012:pager"]
    runbook                  = "https://example.com/operations.md"
    oldest_message_seconds   = 900
    letter_age_days          = null
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

run "people_are_told_what_rings_what_to_do_and_when_it_ends" {
  command = plan

  assert {
    condition = (
      aws_sns_topic.this[0].name == "ingestion-test-alarms" &&
      aws_sns_topic_subscription.email["team@example.com"].protocol == "email"
    )
    error_message = "there must be one topic, and each address must be subscribed to it"
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.metric), values(aws_cloudwatch_metric_alarm.math)) :
      toset(alarm.alarm_actions) == toset([aws_sns_topic.this[0].arn, "arn:aws:sns:eu-central-1:123456789012:pager"]) &&
      alarm.ok_actions == alarm.alarm_actions
    ])
    error_message = "every alarm must tell the platform's topic and the given ones, at its beginning and at its end"
  }

  assert {
    condition = jsondecode(aws_sns_topic.this[0].policy).Statement == [{
      Effect    = "Allow"
      Action    = "sns:Publish"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Resource  = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-alarms"
      Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    }]
    error_message = "alarms of this account alone may publish on the topic"
  }

  assert {
    condition = aws_cloudwatch_metric_alarm.metric["sourceA-dead-letters-wait"].alarm_description == join(" ", [
      "sourceA: there are dead letters; nothing is lost while they wait, nor is it where it belongs.",
      "What to do: https://example.com/operations.md#dead-letters-wait",
    ])
    error_message = "the description must say what it means and link to what to do"
  }

  assert {
    condition     = aws_sns_topic.this[0].kms_master_key_id == null
    error_message = "without a key of the platform's the topic has none"
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
    error_message = "the topic must be encrypted by the platform's key"
  }

  assert {
    condition = contains(jsondecode(aws_sns_topic.this[0].policy).Statement, {
      Effect = "Deny", Principal = "*", Action = "sns:Publish", Resource = local.topic_arn, Condition = {
        Bool = { "aws:SecureTransport" = "false" }
      }
    })
    error_message = "the topic must turn plain HTTP away"
  }
}

run "without_alarms_there_is_nothing_to_pay" {
  command = plan

  variables {
    alarms = merge(var.alarms, { enabled = false })
  }

  assert {
    condition = (
      length(aws_cloudwatch_metric_alarm.metric) + length(aws_cloudwatch_metric_alarm.math) == 0 &&
      length(aws_sns_topic.this) + length(aws_sns_topic_subscription.email) == 0
    )
    error_message = "where alarms are off there must be no alarm and no topic"
  }

  assert {
    condition     = output.topic_arn == null && length(output.arns) == 0
    error_message = "where alarms are off nothing must be told of them"
  }
}

run "a_single_letter_an_old_one_and_what_waits_long_ring" {
  command = plan

  assert {
    condition = alltrue([
      for name, queue in {
        sourceA-dead-letters-wait = "a-dlq.fifo"
        files-dead-letters-wait   = "files-failures"
        events-unrouted           = "unrouted.fifo"
      } :
      [
        for it in [aws_cloudwatch_metric_alarm.metric[name]] :
        [
          it.namespace,
          it.metric_name,
          it.dimensions.QueueName,
          it.statistic,
          it.comparison_operator,
          it.threshold,
          it.evaluation_periods,
          it.treat_missing_data,
        ]
      ][0]
      == ["AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, "Maximum", "GreaterThanThreshold", 0, 1, "notBreaching"]
    ])
    error_message = "one message in a dead-letter queue, a queue of failures or the unrouted queue must ring"
  }

  assert {
    condition = alltrue([
      for name in ["sourceA", "files", "unrouted"] :
      [
        for it in [aws_cloudwatch_metric_alarm.metric["${name}-dead-letters-expire"]] :
        [it.metric_name, it.threshold, it.treat_missing_data]
      ][0] ==
      ["ApproximateAgeOfOldestMessage", 864000, "notBreaching"]
    ])
    error_message = "a letter of ten days must ring, of the fourteen that it is kept"
  }

  assert {
    condition = alltrue([
      for name, queue in { sourceA = "a.fifo", web-subscriber = "web.fifo" } :
      [
        for it in [aws_cloudwatch_metric_alarm.metric["${name}-messages-wait"]] :
        [it.metric_name, it.dimensions.QueueName, it.statistic, it.threshold, it.period * it.datapoints_to_alarm, it.treat_missing_data]
      ][0]
      == ["ApproximateAgeOfOldestMessage", queue, "Maximum", 900, 600, "notBreaching"]
    ])
    error_message = "in the queues that workers and deliveries empty, a message of over 15 minutes must ring"
  }
}

run "a_source_that_falls_silent_rings_even_if_its_queue_tells_nothing" {
  command = plan

  assert {
    condition = [
      for it in [aws_cloudwatch_metric_alarm.metric["sourceB-source-silent"]] :
      [
        it.metric_name,
        it.dimensions.QueueName,
        it.statistic,
        it.comparison_operator,
        it.threshold,
        it.period,
        it.evaluation_periods,
        it.treat_missing_data,
      ]
      ][0] == [
      "NumberOfMessagesSent", "b.fifo", "Sum", "LessThanThreshold", 1, 3600, 1, "breaching"
    ]
    error_message = "an hour without an event, or without any number, must ring where something is expected each hour"
  }

  assert {
    condition = [
      for it in [aws_cloudwatch_metric_alarm.metric["weekly-source-silent"]] :
      [it.period, it.evaluation_periods, it.datapoints_to_alarm, it.treat_missing_data]
      ][0] == [
      3600, 168, 168, "breaching"
    ]
    error_message = "more than a day must be looked back on by hours, every one of them silent"
  }

  assert {
    condition     = length([for name in keys(aws_cloudwatch_metric_alarm.metric) : name if endswith(name, "source-silent")]) == 2
    error_message = "a source of which nothing is expected must have no such alarm"
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
      ])) == toset(concat(
      ["AWS/SQS NumberOfMessagesDeleted Sum 900 b.fifo", "ingestion-test EventDeadLettered Sum 900 retries_exhausted sourceB"],
      [
        for outcome in ["EventStored", "EventSuperseded", "EventDuplicated", "EventDeadLettered"] :
        "ingestion-test ${outcome} Sum 900 sourceB"
      ],
    ))
    error_message = "the ledger must take every outcome of the source from what left its queue, or was put aside by it"
  }

  assert {
    condition = (
      [
        for it in [aws_cloudwatch_metric_alarm.math["sourceB-ledger-does-not-balance"]] :
        [it.threshold, it.evaluation_periods, it.datapoints_to_alarm, it.treat_missing_data]
      ][0] ==
      [0, 3, 2, "notBreaching"]
    )
    error_message = "a single event must ring, seen twice"
  }
}

run "what_was_accepted_must_come_to_the_queue" {
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
    error_message = "all that was accepted must be compared with what came to the queue"
  }

  assert {
    condition = (
      [
        for it in [aws_cloudwatch_metric_alarm.math["sourceB-accepted-events-do-not-arrive"]] :
        [it.threshold, it.evaluation_periods, it.datapoints_to_alarm, it.treat_missing_data]
      ][0] ==
      [10, 2, 2, "notBreaching"]
    )
    error_message = "more than ten must be missing, for two quarters of an hour"
  }
}

run "functions_that_go_on_failing_ring" {
  command = plan

  assert {
    condition = alltrue([
      for name, metric in { api-function-fails = "Errors", api-function-throttled = "Throttles" } :
      [
        for it in [aws_cloudwatch_metric_alarm.metric[name]] :
        [
          it.namespace,
          it.metric_name,
          it.dimensions.FunctionName,
          it.statistic,
          it.threshold,
          it.evaluation_periods,
          it.datapoints_to_alarm,
          it.treat_missing_data,
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
    error_message = "a function whose runs are limited on purpose must ring for errors only"
  }

  assert {
    condition = (
      [
        for it in [aws_cloudwatch_metric_alarm.metric["changes-lag"]] :
        [it.metric_name, it.dimensions.FunctionName, it.statistic, it.threshold, it.treat_missing_data]
      ][0] ==
      ["IteratorAge", "the-changes", "Maximum", 300000, "notBreaching"]
    )
    error_message = "changes that are five minutes late must ring; the age is in milliseconds"
  }
}

run "the_gateway_the_table_and_the_topics_ring" {
  command = plan

  assert {
    condition = (
      [
        for it in [aws_cloudwatch_metric_alarm.metric["api-fails"]] :
        [it.namespace, it.metric_name, it.dimensions.ApiName, it.dimensions.Stage, it.statistic, it.threshold, it.treat_missing_data]
      ][0] ==
      ["AWS/ApiGateway", "5XXError", "the-api", "test", "Sum", 5, "notBreaching"]
    )
    error_message = "more than five answers of 5xx in five minutes must ring"
  }

  assert {
    condition = toset(flatten([
      for query in aws_cloudwatch_metric_alarm.math["api-refuses"].metric_query :
      concat(query.expression == null ? [] : [query.expression], [for metric in query.metric : metric.metric_name])
      ])) == toset([
      "IF(requests >= 20, 100 * FILL(refused, 0) / requests, 0)", "Count", "4XXError"
    ])
    error_message = "the share of 4xx must count only from twenty requests on"
  }

  assert {
    condition = (
      [
        for it in [aws_cloudwatch_metric_alarm.math["api-refuses"]] :
        [it.threshold, it.evaluation_periods, it.datapoints_to_alarm, it.treat_missing_data]
      ][0] ==
      [50, 3, 3, "notBreaching"]
    )
    error_message = "half of all requests refused for a quarter of an hour must ring"
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
    error_message = "every operation that the functions use must ring when it is throttled"
  }

  assert {
    condition = (
      [
        for it in [aws_cloudwatch_metric_alarm.metric["router-deliveries-fail"]] :
        [it.namespace, it.metric_name, it.dimensions.TopicName, it.statistic, it.threshold, it.evaluation_periods, it.treat_missing_data]
      ][0] ==
      ["AWS/SNS", "NumberOfNotificationsFailed", "the-router.fifo", "Sum", 0, 1, "notBreaching"]
    )
    error_message = "a single message that a topic could not deliver must ring"
  }
}

run "an_address_that_is_none_is_refused" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { emails = ["the team"] })
  }
}

run "a_fifo_topic_that_alarms_cannot_tell_is_refused" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { topic_arns = ["arn:aws:sns:eu-central-1:123456789012:ours.fifo"] })
  }
}

run "a_runbook_with_a_fragment_is_refused" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { runbook = "https://example.com/operations.md#alarms" })
  }
}

run "an_age_within_a_messages_own_tries_is_refused" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { oldest_message_seconds = 299 })
  }
}

run "an_age_at_which_letters_are_gone_is_refused" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { letter_age_days = 14 })
  }
}

run "letters_that_are_kept_for_less_ring_sooner" {
  command = plan

  variables {
    context = merge(var.context, { queues = { retention_days = 7, dead_letter_retention_days = 7 } })
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.metric["sourceA-dead-letters-expire"].threshold == 5 * 24 * 3600 &&
      strcontains(aws_cloudwatch_metric_alarm.metric["sourceA-dead-letters-expire"].alarm_description, "7 days old")
    )
    error_message = "there must be time left to mend letters"
  }
}

run "a_share_that_is_none_is_refused" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { missing_percent = 100 })
  }
}

run "a_count_below_nothing_is_refused" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { ledger_events = -1 })
  }
}

run "an_age_at_which_the_stream_is_gone_is_refused" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = merge(var.alarms, { iterator_age_seconds = 86400 })
  }
}
