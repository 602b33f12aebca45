# One source's lane: nothing of it is lost, and it touches no other source.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

# As AWS would number them.
override_resource {
  target          = aws_sqs_queue.this
  override_during = plan
  values          = { arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-sourceA.fifo" }
}

override_resource {
  target          = aws_sqs_queue.dlq
  override_during = plan
  values          = { arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-sourceA-dlq.fifo" }
}

variables {
  context   = jsondecode(file("../../tests/fixtures/context.json"))
  package   = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  source_id = "sourceA"
  topic     = { arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo", name = "ingestion-test-router.fifo" }
  worker    = { maximum_concurrency = 20, batch_size = 10 }

  table = {
    name           = "ingestion-test-entities"
    arn            = "arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-test-entities"
    tombstone_days = 30
  }
}

run "the_queue_takes_its_own_source_as_it_was_published" {
  command = plan

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this.filter_policy) == { source = ["sourceA"] }
    error_message = "the filter must take this source's events and no others"
  }

  assert {
    condition     = aws_sns_topic_subscription.this.filter_policy_scope == "MessageAttributes"
    error_message = "the filter must read the message's attributes"
  }

  assert {
    condition = (
      aws_sns_topic_subscription.this.topic_arn == var.topic.arn &&
      aws_sns_topic_subscription.this.endpoint == aws_sqs_queue.this.arn
    )
    error_message = "the queue must listen to the topic"
  }

  assert {
    condition     = aws_sns_topic_subscription.this.raw_message_delivery
    error_message = "delivery must be raw: the queue holds events, not SNS envelopes"
  }
}

run "order_is_kept_by_entity_and_not_for_the_whole_source" {
  command = plan

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.this, aws_sqs_queue.dlq] :
      queue.fifo_queue &&
      endswith(queue.name, ".fifo") &&
      queue.deduplication_scope == "messageGroup" &&
      queue.fifo_throughput_limit == "perMessageGroupId"
    ])
    error_message = "both queues must be FIFO, their throughput by message group"
  }
}

run "what_keeps_failing_is_a_dead_letter_for_14_days" {
  command = plan

  assert {
    condition     = jsondecode(aws_sqs_queue.this.redrive_policy).deadLetterTargetArn == aws_sqs_queue.dlq.arn
    error_message = "the queue must hand what keeps failing to its own dead-letter queue"
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.this.redrive_policy).maxReceiveCount >= 5
    error_message = "fewer than five tries kill healthy events that share a batch with a poison one"
  }

  assert {
    condition = jsondecode(aws_sqs_queue.dlq.redrive_allow_policy) == {
      redrivePermission = "byQueue"
      sourceQueueArns   = [aws_sqs_queue.this.arn]
    }
    error_message = "the dead-letter queue must take this queue's dead letters and no other's"
  }

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this.redrive_policy) == { deadLetterTargetArn = aws_sqs_queue.dlq.arn }
    error_message = "the subscription must hand what it cannot deliver to the dead-letter queue"
  }

  assert {
    condition     = aws_sqs_queue.dlq.message_retention_seconds == 1209600
    error_message = "dead letters must be kept as long as SQS keeps any: 14 days"
  }

  assert {
    condition     = aws_sqs_queue.this.message_retention_seconds == 604800
    error_message = "what waits must be kept for as long as was asked for"
  }
}

run "the_topic_alone_may_send_to_the_queues" {
  command = plan

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.this, aws_sqs_queue.dlq] : jsondecode(queue.policy).Statement == [{
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Principal = { Service = "sns.amazonaws.com" }
        Resource  = queue.arn
        Condition = { ArnEquals = { "aws:SourceArn" = var.topic.arn } }
      }]
    ])
    error_message = "each queue's policy must name that queue and let in this topic only"
  }
}

run "a_source_queue_outlasts_six_worker_runs" {
  command = plan

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 6 * module.worker.timeout_seconds
    error_message = "visibility timeout must be six worker timeouts"
  }
}

run "one_bad_event_does_not_fail_its_batch" {
  command = plan

  assert {
    condition     = aws_lambda_event_source_mapping.this.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "the mapping must report batch item failures"
  }

  assert {
    condition = [aws_lambda_event_source_mapping.this.event_source_arn, aws_lambda_event_source_mapping.this.function_name] == [
      aws_sqs_queue.this.arn, module.worker.arn
    ]
    error_message = "the mapping must feed this source's worker from this source's queue"
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.this.scaling_config[0].maximum_concurrency == 20 &&
      aws_lambda_event_source_mapping.this.batch_size == 10
    )
    error_message = "the mapping must scale as the variable says"
  }
}

run "the_worker_may_store_dead_letter_and_read_its_own_queue" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in jsondecode(module.worker.policy).Statement : [for action in s.Action : "${s.Effect} ${action} ${s.Resource}"]
      if !startswith(s.Resource, "arn:aws:logs:")
      ])) == toset([
      "Allow dynamodb:PutItem ${var.table.arn}",
      "Allow sqs:SendMessage ${aws_sqs_queue.dlq.arn}",
      "Allow sqs:ReceiveMessage ${aws_sqs_queue.this.arn}",
      "Allow sqs:DeleteMessage ${aws_sqs_queue.this.arn}",
      "Allow sqs:GetQueueAttributes ${aws_sqs_queue.this.arn}",
    ])
    error_message = "the worker may put items, write dead letters and read its own queue, and nothing else"
  }

  assert {
    condition     = !strcontains(join(" ", flatten([for s in jsondecode(module.worker.policy).Statement : s.Action])), "*")
    error_message = "actions must be named exactly"
  }
}

run "the_worker_knows_after_how_many_tries_the_queue_gives_up" {
  command = plan

  assert {
    condition = (
      tonumber(module.worker.environment["MAX_RECEIVE_COUNT"]) ==
      jsondecode(aws_sqs_queue.this.redrive_policy).maxReceiveCount
    )
    error_message = "what the queue puts aside must be counted as a dead letter by the last try"
  }
}

run "the_worker_knows_its_own_source_table_and_dead_letter_queue" {
  command = plan

  assert {
    condition = [for name in ["SOURCE", "TABLE_NAME", "TOMBSTONE_DAYS", "DEAD_LETTER_QUEUE_URL"] : module.worker.environment[name]] == [
      "sourceA", var.table.name, "30", aws_sqs_queue.dlq.url
    ]
    error_message = "the worker must be told its own source, the table and its own dead-letter queue"
  }
}

run "the_longest_names_fit" {
  command = plan

  variables {
    context   = merge(var.context, { name = "a-project-and-its-environment-32" })
    source_id = "a-source-with-24-letters"
  }

  assert {
    condition     = length(aws_sqs_queue.dlq.name) <= 80 && length(module.worker.name) <= 64
    error_message = "a queue's name has 80 characters at most, a function's and its role's 64"
  }
}

run "an_unordered_topic_is_refused" {
  command = plan

  variables {
    topic = { arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router", name = "ingestion-test-router" }
  }

  expect_failures = [var.topic]
}

run "the_key_encrypts_everything_and_plain_http_is_turned_away" {
  command = plan

  variables {
    context = merge(var.context, {
      encryption = {
        kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/1"
        deny_statements = [{ Effect = "Deny", Principal = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }]
      }
    })
  }

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.this, aws_sqs_queue.dlq] : queue.kms_master_key_id == var.context.encryption.kms_key_arn
    ])
    error_message = "both queues must be encrypted with the key"
  }

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.this, aws_sqs_queue.dlq] :
      contains(
        jsondecode(queue.policy).Statement,
        {
          Effect    = "Deny"
          Principal = "*"
          Action    = "sqs:*"
          Resource  = queue.arn
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
      )
    ])
    error_message = "both queues must turn plain HTTP away"
  }
}

run "without_a_key_of_ours_aws_encrypts_with_its_own" {
  command = plan

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.this, aws_sqs_queue.dlq] : queue.kms_master_key_id == null && queue.sqs_managed_sse_enabled
    ])
    error_message = "SQS must encrypt with its own key"
  }
}
