# The change feed: every stream record is published in order, and a bad record blocks the stream for a limited time.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

override_resource {
  target          = aws_sqs_queue.failures
  override_during = plan
  values          = { arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-changes-failures" }
}

override_resource {
  target          = aws_sns_topic.this
  override_during = plan
  values          = { arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-changes.fifo" }
}

variables {
  context    = jsondecode(file("../../tests/fixtures/context.json"))
  package    = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  stream_arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-test-entities/stream/2026-01-31T12:00:00.000"

  changes = {
    batch_size                 = 100
    batching_window_seconds    = 0
    parallelization_factor     = 2
    maximum_retry_attempts     = 20
    maximum_record_age_seconds = 3600
  }
}

run "every_record_of_the_stream_is_read" {
  command = plan

  assert {
    condition = [
      aws_lambda_event_source_mapping.this.event_source_arn,
      aws_lambda_event_source_mapping.this.function_name,
      aws_lambda_event_source_mapping.this.starting_position,
      ] == [
      var.stream_arn, module.function.arn, "TRIM_HORIZON"
    ]
    error_message = "the mapping must read this stream from its beginning"
  }

  assert {
    condition = (
      [
        aws_lambda_event_source_mapping.this.batch_size,
        aws_lambda_event_source_mapping.this.maximum_batching_window_in_seconds,
        aws_lambda_event_source_mapping.this.parallelization_factor,
      ] ==
      [100, 0, 2]
    )
    error_message = "the mapping must have the batch settings of var.changes"
  }
}

run "a_bad_record_is_isolated_retried_and_sent_to_the_failures_queue" {
  command = plan

  assert {
    condition = (
      aws_lambda_event_source_mapping.this.bisect_batch_on_function_error &&
      aws_lambda_event_source_mapping.this.function_response_types == toset(["ReportBatchItemFailures"])
    )
    error_message = "the mapping must resume at the failed record and halve a failing batch"
  }

  assert {
    condition = (
      [aws_lambda_event_source_mapping.this.maximum_retry_attempts, aws_lambda_event_source_mapping.this.maximum_record_age_in_seconds] ==
      [20, 3600]
    )
    error_message = "retries and age must be limited, or a bad record blocks its shard for a day"
  }

  assert {
    condition     = aws_lambda_event_source_mapping.this.destination_config[0].on_failure[0].destination_arn == aws_sqs_queue.failures.arn
    error_message = "failed records must go to the failures queue"
  }

  assert {
    condition     = !endswith(aws_sqs_queue.failures.name, ".fifo") && aws_sqs_queue.failures.message_retention_seconds == 1209600
    error_message = "the failures queue must be a standard queue and keep messages for 14 days"
  }
}

run "changes_are_published_in_order_for_each_entity" {
  command = plan

  assert {
    condition = (
      aws_sns_topic.this.fifo_topic &&
      endswith(aws_sns_topic.this.name, ".fifo") &&
      aws_sns_topic.this.fifo_throughput_scope == "MessageGroup"
    )
    error_message = "the topic must be FIFO with throughput per message group"
  }

  assert {
    condition     = !aws_sns_topic.this.content_based_deduplication
    error_message = "content-based deduplication must be off, because two changes may have equal content"
  }
}

run "the_function_may_read_the_stream_publish_and_report_failures" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in jsondecode(module.function.policy).Statement : [for action in s.Action : "${s.Effect} ${action} ${s.Resource}"]
      if !startswith(s.Resource, "arn:aws:logs:")
      ])) == toset([
      "Allow dynamodb:DescribeStream ${var.stream_arn}",
      "Allow dynamodb:GetRecords ${var.stream_arn}",
      "Allow dynamodb:GetShardIterator ${var.stream_arn}",
      "Allow dynamodb:ListStreams ${var.stream_arn}",
      "Allow sns:Publish ${aws_sns_topic.this.arn}",
      "Allow sns:PublishBatch ${aws_sns_topic.this.arn}",
      "Allow sqs:SendMessage ${aws_sqs_queue.failures.arn}",
    ])
    error_message = "the function may only read this stream, publish changes and send to the failures queue"
  }

  assert {
    condition     = module.function.environment["CHANGE_TOPIC_ARN"] == aws_sns_topic.this.arn
    error_message = "the function must receive the topic's ARN"
  }
}

run "a_table_arn_and_too_large_batches_are_rejected" {
  command = plan

  variables {
    stream_arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-test-entities"
    changes    = merge(var.changes, { batch_size = 1001 })
  }

  expect_failures = [var.stream_arn, var.changes]
}

run "a_batching_window_over_five_seconds_is_rejected" {
  command = plan

  variables {
    changes = merge(var.changes, { batching_window_seconds = 6 })
  }

  expect_failures = [var.changes]
}

run "a_parallelization_factor_over_ten_is_rejected" {
  command = plan

  variables {
    changes = merge(var.changes, { parallelization_factor = 11 })
  }

  expect_failures = [var.changes]
}

run "unlimited_retries_are_rejected" {
  command = plan

  variables {
    changes = merge(var.changes, { maximum_retry_attempts = -1 })
  }

  expect_failures = [var.changes]
}

run "a_record_age_over_twelve_hours_is_rejected" {
  command = plan

  variables {
    changes = merge(var.changes, { maximum_record_age_seconds = 86400 })
  }

  expect_failures = [var.changes]
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
    condition     = alltrue([for queue in [aws_sqs_queue.failures] : queue.kms_master_key_id == var.context.encryption.kms_key_arn])
    error_message = "the queue must be encrypted with the key"
  }

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.failures] :
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
    error_message = "the queue must deny plain HTTP"
  }

  assert {
    condition     = aws_sns_topic.this.kms_master_key_id == var.context.encryption.kms_key_arn
    error_message = "the topic must be encrypted with the key"
  }

  assert {
    condition = jsondecode(aws_sns_topic_policy.this.policy).Statement == [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::123456789012:root" }
        Action    = ["sns:Publish", "sns:Subscribe"]
        Resource  = aws_sns_topic.this.arn
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.this.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
    error_message = "the policy must allow this account only and deny plain HTTP"
  }
}

run "aws_managed_keys_encrypt_by_default" {
  command = plan

  assert {
    condition     = alltrue([for queue in [aws_sqs_queue.failures] : queue.kms_master_key_id == null && queue.sqs_managed_sse_enabled])
    error_message = "SQS must use its managed encryption"
  }

  assert {
    condition = (
      aws_sns_topic.this.kms_master_key_id == null &&
      [for s in jsondecode(aws_sns_topic_policy.this.policy).Statement : s.Effect] == ["Allow"]
    )
    error_message = "the topic must have no KMS key and no Deny statement"
  }
}
