# Search: the changes that reach the indexer, its failures, its bucket, and what both functions may do.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

# The ARNs that AWS would assign.
override_resource {
  target          = aws_sqs_queue.this
  override_during = plan
  values = {
    arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-search"
    url = "https://sqs/ingestion-test-search"
  }
}

override_resource {
  target          = aws_sqs_queue.failures
  override_during = plan
  values = {
    arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-search-failures"
    url = "https://sqs/ingestion-test-search-failures"
  }
}

override_resource {
  target          = aws_sqs_queue.undelivered
  override_during = plan
  values          = { arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-search-undelivered.fifo" }
}

override_resource {
  target          = aws_s3_bucket.this
  override_during = plan
  values          = { arn = "arn:aws:s3:::the-index", bucket = "the-index" }
}

variables {
  context     = jsondecode(file("../../tests/fixtures/context.json"))
  package     = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  topic       = { arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-changes.fifo", name = "ingestion-test-changes.fifo" }
  table       = { name = "ingestion-test-entities", arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-test-entities" }
  text_bucket = { name = "the-uploads", arn = "arn:aws:s3:::the-uploads" }
  keys        = ["the-readers-key-made-elsewhere", "the-operators-key-made-elsewhere"]
  search      = { memory_mb = 1769, storage_mb = 10240, batching_window_seconds = 5, unfinished_upload_days = 1 }
}

run "every_change_reaches_the_indexer_in_large_batches" {
  command = plan

  assert {
    condition = [
      aws_sns_topic_subscription.this.topic_arn,
      aws_sns_topic_subscription.this.endpoint,
      aws_sns_topic_subscription.this.raw_message_delivery,
    ] == [var.topic.arn, aws_sqs_queue.this.arn, true]
    error_message = "the queue must receive every change of the topic, as the topic received it"
  }

  assert {
    condition     = aws_sns_topic_subscription.this.filter_policy == null
    error_message = "the queue must receive changes of every entity and kind"
  }

  assert {
    condition     = !strcontains(aws_sqs_queue.this.name, ".fifo") && !strcontains(aws_sqs_queue.failures.name, ".fifo")
    error_message = "the queues must be standard queues: batches of FIFO queues have at most 10 messages"
  }

  assert {
    condition = [
      aws_lambda_event_source_mapping.this.event_source_arn,
      aws_lambda_event_source_mapping.this.function_name,
      aws_lambda_event_source_mapping.this.batch_size,
      aws_lambda_event_source_mapping.this.maximum_batching_window_in_seconds,
      one(aws_lambda_event_source_mapping.this.scaling_config).maximum_concurrency,
      aws_lambda_event_source_mapping.this.function_response_types,
    ] == [aws_sqs_queue.this.arn, module.indexer.arn, 1000, 5, 2, toset(["ReportBatchItemFailures"])]
    error_message = "at most two indexers must get up to 1,000 changes in one batch, and report those that failed"
  }
}

run "a_change_that_fails_five_times_goes_to_the_failures_queue" {
  command = plan

  assert {
    condition = jsondecode(aws_sqs_queue.this.redrive_policy) == {
      deadLetterTargetArn = aws_sqs_queue.failures.arn, maxReceiveCount = 5
    }
    error_message = "the queue must send changes that failed five times to the failures queue"
  }

  assert {
    condition = jsondecode(aws_sqs_queue.failures.redrive_allow_policy) == {
      redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.this.arn]
    }
    error_message = "only this queue may use the failures queue as its dead-letter queue"
  }

  assert {
    condition     = module.indexer.timeout_seconds == 900 && aws_sqs_queue.this.visibility_timeout_seconds == 6 * 900 + 5
    error_message = "a run must have 15 minutes, and the visibility timeout must be six of these and the batching window"
  }

  assert {
    condition     = [aws_sqs_queue.this.message_retention_seconds, aws_sqs_queue.failures.message_retention_seconds] == [604800, 1209600]
    error_message = "changes must be kept for queues.retention_days, failures for queues.dead_letter_retention_days"
  }
}

run "a_change_that_sns_cannot_deliver_becomes_a_dead_letter" {
  command = plan

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this.redrive_policy) == { deadLetterTargetArn = aws_sqs_queue.undelivered.arn }
    error_message = "changes that SNS cannot deliver must be kept"
  }

  assert {
    condition     = aws_sqs_queue.undelivered.fifo_queue && endswith(aws_sqs_queue.undelivered.name, ".fifo")
    error_message = "the dead-letter queue of a FIFO topic's subscription must be a FIFO queue"
  }

  assert {
    condition = jsondecode(aws_sqs_queue.undelivered.policy).Statement == [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = "sns.amazonaws.com" }
      Resource  = aws_sqs_queue.undelivered.arn
      Condition = { ArnEquals = { "aws:SourceArn" = var.topic.arn } }
    }]
    error_message = "the topic must be able to send to its dead-letter queue, and nothing else may"
  }

  assert {
    condition = (
      jsondecode(aws_sqs_queue.undelivered.redrive_allow_policy) == { redrivePermission = "denyAll" }
      && aws_sqs_queue.undelivered.message_retention_seconds == 1209600
    )
    error_message = "no queue may use it as its dead-letter queue, and it must keep changes for queues.dead_letter_retention_days"
  }
}

run "a_rebuild_that_fails_three_times_goes_to_the_failures_queue" {
  command = plan

  assert {
    condition = [
      for config in [aws_lambda_function_event_invoke_config.rebuilds] : [
        config.function_name,
        config.maximum_retry_attempts,
        config.maximum_event_age_in_seconds,
        config.destination_config[0].on_failure[0].destination,
      ]
    ] == [[module.indexer.name, 2, 21600, aws_sqs_queue.failures.arn]]
    error_message = "a rebuild must be retried twice, and then go to the failures queue"
  }
}

run "only_the_topic_may_send_to_the_queue" {
  command = plan

  assert {
    condition = jsondecode(aws_sqs_queue.this.policy).Statement == [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = "sns.amazonaws.com" }
      Resource  = aws_sqs_queue.this.arn
      Condition = { ArnEquals = { "aws:SourceArn" = var.topic.arn } }
    }]
    error_message = "the queue's policy must name the queue and allow this topic only"
  }
}

run "the_indexer_may_only_read_entities_and_texts_and_write_the_index" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in jsondecode(module.indexer.policy).Statement : [for action in s.Action : "${s.Effect} ${action} ${s.Resource}"]
      if !startswith(s.Resource, "arn:aws:logs:")
      ])) == toset([
      "Allow dynamodb:BatchGetItem ${var.table.arn}",
      "Allow dynamodb:Scan ${var.table.arn}",
      "Allow s3:GetObject ${var.text_bucket.arn}/texts/*",
      "Allow s3:DeleteObject ${var.text_bucket.arn}/texts/*",
      "Allow s3:GetObject ${aws_s3_bucket.this.arn}/index/*",
      "Allow s3:PutObject ${aws_s3_bucket.this.arn}/index/*",
      "Allow s3:DeleteObject ${aws_s3_bucket.this.arn}/index/*",
      "Allow s3:AbortMultipartUpload ${aws_s3_bucket.this.arn}/index/*",
      "Allow s3:ListBucket ${aws_s3_bucket.this.arn}",
      "Allow s3:ListBucket ${var.text_bucket.arn}",
      "Allow lambda:InvokeFunction arn:aws:lambda:eu-central-1:123456789012:function:ingestion-test-indexer",
      "Allow sqs:SendMessage ${aws_sqs_queue.failures.arn}",
      "Allow sqs:ReceiveMessage ${aws_sqs_queue.this.arn}",
      "Allow sqs:DeleteMessage ${aws_sqs_queue.this.arn}",
      "Allow sqs:GetQueueAttributes ${aws_sqs_queue.this.arn}",
      "Allow sqs:ChangeMessageVisibility ${aws_sqs_queue.this.arn}",
      "Allow sqs:ChangeMessageVisibilityBatch ${aws_sqs_queue.this.arn}",
    ])
    error_message = "the indexer must have exactly the permissions of its work"
  }

  assert {
    condition = (
      module.indexer.name == "ingestion-test-indexer" && aws_lambda_function_recursion_config.indexer.recursive_loop == "Allow"
    )
    error_message = "the indexer must be able to continue a long rebuild in further runs of its own function"
  }

  assert {
    condition = [
      module.indexer.environment.TABLE_NAME,
      module.indexer.environment.BUCKET,
      module.indexer.environment.INDEX_BUCKET,
      module.indexer.environment.QUEUE_URL,
      module.indexer.environment.FAILURES_QUEUE_URL,
    ] == [var.table.name, var.text_bucket.name, aws_s3_bucket.this.bucket, aws_sqs_queue.this.url, aws_sqs_queue.failures.url]
    error_message = "the indexer must receive the names of the table, both buckets and both queues"
  }
}

run "the_search_function_may_only_read" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in jsondecode(module.search.policy).Statement : [for action in s.Action : "${s.Effect} ${action} ${s.Resource}"]
      if !startswith(s.Resource, "arn:aws:logs:")
      ])) == toset([
      "Allow dynamodb:BatchGetItem ${var.table.arn}",
      "Allow s3:GetObject ${aws_s3_bucket.this.arn}/index/*",
      "Allow s3:ListBucket ${aws_s3_bucket.this.arn}",
    ])
    error_message = "the search function may only read the index and items of the table"
  }

  assert {
    condition = module.search.environment.READER_KEY_DIGESTS == join(
      "",
      [for key in nonsensitive(var.keys) : substr(base64sha256("reader:${key}"), 0, 11)],
    )
    error_message = "the environment must hold the digests of exactly the given keys"
  }

  assert {
    condition     = !anytrue([for key in nonsensitive(var.keys) : strcontains(jsonencode(module.search.environment), key)])
    error_message = "the function's environment must not contain a key"
  }

  assert {
    condition     = [module.search.environment.TABLE_NAME, module.search.environment.INDEX_BUCKET] == [var.table.name, "the-index"]
    error_message = "the function must receive the names of the table and of the index's bucket"
  }
}

run "the_index_is_never_public_and_deleted_with_its_environment" {
  command = plan

  assert {
    condition = (
      aws_s3_bucket_public_access_block.this.bucket == aws_s3_bucket.this.id
      && aws_s3_bucket_public_access_block.this.block_public_acls
      && aws_s3_bucket_public_access_block.this.block_public_policy
      && aws_s3_bucket_public_access_block.this.ignore_public_acls
      && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    )
    error_message = "all four ways to make the bucket public must be blocked"
  }

  assert {
    condition     = aws_s3_bucket.this.force_destroy
    error_message = "Terraform must be able to delete the index, which can be built again"
  }
}

run "parts_of_unfinished_uploads_are_deleted" {
  command = plan

  assert {
    condition = [
      for rule in one(aws_s3_bucket_lifecycle_configuration.this).rule :
      [rule.status, rule.abort_incomplete_multipart_upload[0].days_after_initiation]
    ] == [["Enabled", 1]]
    error_message = "S3 must delete the parts of an upload that the indexer did not complete"
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.this).bucket == aws_s3_bucket.this.id
    error_message = "the rule must be the index bucket's"
  }
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
      for queue in [aws_sqs_queue.this, aws_sqs_queue.failures, aws_sqs_queue.undelivered] :
      queue.kms_master_key_id == var.context.encryption.kms_key_arn && contains(
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
    error_message = "all queues must be encrypted with the key and deny plain HTTP"
  }

  assert {
    condition = (
      module.bucket.encryption.kms_master_key_id == var.context.encryption.kms_key_arn && strcontains(module.bucket.policy, "s3:*")
    )
    error_message = "the bucket must be encrypted with the key and deny plain HTTP"
  }
}

run "aws_managed_keys_encrypt_by_default" {
  command = plan

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.this, aws_sqs_queue.failures, aws_sqs_queue.undelivered] :
      queue.kms_master_key_id == null && queue.sqs_managed_sse_enabled
    ])
    error_message = "SQS must use its managed encryption"
  }
}

run "a_window_too_short_for_large_batches_is_rejected" {
  command = plan

  variables {
    search = merge(var.search, { batching_window_seconds = 0 })
  }

  expect_failures = [var.search]
}

run "a_window_over_a_minute_is_rejected" {
  command = plan

  variables {
    search = merge(var.search, { batching_window_seconds = 61 })
  }

  expect_failures = [var.search]
}

run "without_a_time_the_parts_of_unfinished_uploads_are_kept" {
  command = plan

  variables {
    search = merge(var.search, { unfinished_upload_days = 0 })
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this) == 0
    error_message = "the index bucket must have no rule: it takes a minute to create on the local stack"
  }
}

run "a_negative_time_is_rejected" {
  command = plan

  variables {
    search = merge(var.search, { unfinished_upload_days = -1 })
  }

  expect_failures = [var.search]
}

run "too_little_memory_is_rejected" {
  command = plan

  variables {
    search = merge(var.search, { memory_mb = 511 })
  }

  expect_failures = [var.search]
}

run "too_large_a_disk_is_rejected" {
  command = plan

  variables {
    search = merge(var.search, { storage_mb = 10241 })
  }

  expect_failures = [var.search]
}

run "a_search_without_keys_is_rejected" {
  command = plan

  variables {
    keys = []
  }

  expect_failures = [var.keys]
}

run "a_topic_that_is_no_fifo_topic_is_rejected" {
  command = plan

  variables {
    topic = merge(var.topic, { name = "ingestion-test-changes" })
  }

  expect_failures = [var.topic]
}
