# The resources of one source lose no event and affect no other source.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

# The ARNs that AWS would assign.
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

run "the_queue_receives_events_of_its_own_source_as_published" {
  command = plan

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this.filter_policy) == { source = ["sourceA"] }
    error_message = "the filter must select this source's events only"
  }

  assert {
    condition     = aws_sns_topic_subscription.this.filter_policy_scope == "MessageAttributes"
    error_message = "the filter must match message attributes"
  }

  assert {
    condition = (
      aws_sns_topic_subscription.this.topic_arn == var.topic.arn &&
      aws_sns_topic_subscription.this.endpoint == aws_sqs_queue.this.arn
    )
    error_message = "the queue must be subscribed to the topic"
  }

  assert {
    condition     = aws_sns_topic_subscription.this.raw_message_delivery
    error_message = "delivery must be raw, so that the queue holds events and no SNS envelopes"
  }
}

run "order_is_kept_for_each_entity_and_not_for_the_source" {
  command = plan

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.this, aws_sqs_queue.dlq] :
      queue.fifo_queue &&
      endswith(queue.name, ".fifo") &&
      queue.deduplication_scope == "messageGroup" &&
      queue.fifo_throughput_limit == "perMessageGroupId"
    ])
    error_message = "both queues must be FIFO with throughput per message group"
  }
}

run "events_that_keep_failing_are_dead_letters_for_14_days" {
  command = plan

  assert {
    condition     = jsondecode(aws_sqs_queue.this.redrive_policy).deadLetterTargetArn == aws_sqs_queue.dlq.arn
    error_message = "messages that keep failing must go to the source's dead-letter queue"
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.this.redrive_policy).maxReceiveCount >= 5
    error_message = "maxReceiveCount must be at least 5, or valid events in a batch with a poison event become dead letters"
  }

  assert {
    condition = jsondecode(aws_sqs_queue.dlq.redrive_allow_policy) == {
      redrivePermission = "byQueue"
      sourceQueueArns   = [aws_sqs_queue.this.arn]
    }
    error_message = "the dead-letter queue must accept dead letters of this queue only"
  }

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this.redrive_policy) == { deadLetterTargetArn = aws_sqs_queue.dlq.arn }
    error_message = "undelivered messages of the subscription must go to the dead-letter queue"
  }

  assert {
    condition     = aws_sqs_queue.dlq.message_retention_seconds == 1209600
    error_message = "dead letters must be kept for 14 days, the limit of SQS"
  }

  assert {
    condition     = aws_sqs_queue.this.message_retention_seconds == 604800
    error_message = "waiting messages must be kept for queues.retention_days"
  }
}

run "only_the_topic_may_send_to_the_queues" {
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
    error_message = "each queue's policy must name that queue and allow this topic only"
  }
}

run "the_visibility_timeout_is_six_worker_timeouts" {
  command = plan

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 6 * module.worker.timeout_seconds
    error_message = "the visibility timeout must be six worker timeouts"
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
    error_message = "the mapping must connect this source's queue to this source's worker"
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.this.scaling_config[0].maximum_concurrency == 20 &&
      aws_lambda_event_source_mapping.this.batch_size == 10
    )
    error_message = "the mapping must have the concurrency and batch size of var.worker"
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
    error_message = "the worker may only put items, send dead letters and read its own queue"
  }

  assert {
    condition     = !strcontains(join(" ", flatten([for s in jsondecode(module.worker.policy).Statement : s.Action])), "*")
    error_message = "actions must not contain wildcards"
  }
}

run "the_worker_knows_its_queues_max_receive_count" {
  command = plan

  assert {
    condition = (
      tonumber(module.worker.environment["MAX_RECEIVE_COUNT"]) ==
      jsondecode(aws_sqs_queue.this.redrive_policy).maxReceiveCount
    )
    error_message = "MAX_RECEIVE_COUNT must equal the queue's, so that the last attempt counts a dead letter"
  }
}

run "the_worker_knows_its_own_source_table_and_dead_letter_queue" {
  command = plan

  assert {
    condition = [for name in ["SOURCE", "TABLE_NAME", "TOMBSTONE_DAYS", "DEAD_LETTER_QUEUE_URL"] : module.worker.environment[name]] == [
      "sourceA", var.table.name, "30", aws_sqs_queue.dlq.url
    ]
    error_message = "the worker must receive its own source, the table and its own dead-letter queue"
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
    error_message = "a queue's name must have at most 80 characters, a function's at most 64"
  }
}

run "a_standard_topic_is_rejected" {
  command = plan

  variables {
    topic = { arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router", name = "ingestion-test-router" }
  }

  expect_failures = [var.topic]
}

run "resources_use_the_platforms_key_and_deny_plain_http" {
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
    error_message = "both queues must deny plain HTTP"
  }
}

run "aws_managed_keys_encrypt_by_default" {
  command = plan

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.this, aws_sqs_queue.dlq] : queue.kms_master_key_id == null && queue.sqs_managed_sse_enabled
    ])
    error_message = "SQS must use its managed encryption"
  }
}
