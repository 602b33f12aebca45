# Uploaded files: notifications, permissions of the functions, retries and retention.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

# The ARN that AWS would assign.
override_resource {
  target          = aws_sqs_queue.failures
  override_during = plan
  values          = { arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-files-failures" }
}

variables {
  context = jsondecode(file("../../tests/fixtures/context.json"))

  packages = {
    functions = { bucket = "packages", key = "abc.zip", digest = "q80=" }
    search    = { bucket = "packages", key = "def.zip", digest = "q81=" }
  }

  topic_arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo"
  table     = { name = "ingestion-test-entities", arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-test-entities" }

  files = {
    memory_mb      = 1769
    storage_mb     = 2048
    retention_days = 30
    force_destroy  = false

    extract_concurrency = 10
    insert_concurrency  = null

    noncurrent_retention_days = null
    quarantine_retention_days = 30
  }
}

run "each_folder_calls_its_function" {
  command = plan

  assert {
    condition = { for call in aws_s3_bucket_notification.this.lambda_function : call.filter_prefix => call.lambda_function_arn } == {
      "uploads/"   = module.extractor.arn
      "extracted/" = module.inserter.arn
    }
    error_message = "uploads must call the extractor and extracted parts the inserter"
  }

  assert {
    condition     = alltrue([for call in aws_s3_bucket_notification.this.lambda_function : call.events == toset(["s3:ObjectCreated:*"])])
    error_message = "every way to create an object must call the function, including multipart uploads"
  }

  assert {
    condition = {
      for stage, permission in aws_lambda_permission.this :
      stage => [permission.function_name, permission.principal, permission.source_arn, permission.source_account]
      } == {
      extract = [module.extractor.name, "s3.amazonaws.com", aws_s3_bucket.this.arn, "123456789012"]
      insert  = [module.inserter.name, "s3.amazonaws.com", aws_s3_bucket.this.arn, "123456789012"]
    }
    error_message = "only this bucket of this account may call the functions"
  }
}

run "no_function_writes_to_the_folder_that_calls_it" {
  command = plan

  assert {
    condition = (
      aws_lambda_function_recursion_config.extractor.function_name == module.extractor.name &&
      aws_lambda_function_recursion_config.extractor.recursive_loop == "Allow"
    )
    error_message = "Lambda must not stop the extractor, which calls itself until a file is read"
  }

  assert {
    condition = alltrue([
      for pair in [
        [module.extractor.policy, "/uploads/"], [module.inserter.policy, "/extracted/"], [module.inserter.policy, "/uploads/"]
        ] : alltrue([
          for s in jsondecode(pair[0]).Statement : !(contains(s.Action, "s3:PutObject") && strcontains(s.Resource, pair[1]))
      ])
    ])
    error_message = "a function's output must not call the function again"
  }
}

run "each_function_may_do_its_own_work_only" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in jsondecode(module.extractor.policy).Statement :
      [for action in s.Action : "${action} ${s.Resource}"]
      if !startswith(s.Resource, "arn:aws:logs:")
      ])) == toset([
      "s3:GetObjectVersion ${aws_s3_bucket.this.arn}/uploads/*",
      "s3:PutObject ${aws_s3_bucket.this.arn}/extracted/*",
      "s3:GetObject ${aws_s3_bucket.this.arn}/texts/*",
      "s3:PutObject ${aws_s3_bucket.this.arn}/texts/*",
      "dynamodb:GetItem ${var.table.arn}",
      "s3:PutObject ${aws_s3_bucket.this.arn}/rejected/*",
      "s3:GetObject ${aws_s3_bucket.this.arn}/reports/*",
      "s3:PutObject ${aws_s3_bucket.this.arn}/reports/*",
      "s3:GetObject ${aws_s3_bucket.this.arn}/inserted/*",
      "s3:ListBucket ${aws_s3_bucket.this.arn}",
      "lambda:InvokeFunction arn:aws:lambda:eu-central-1:123456789012:function:ingestion-test-extractor",
      "sqs:SendMessage ${aws_sqs_queue.failures.arn}",
    ])
    error_message = "the extractor may only read uploads and entities, and write parts, texts, rejected rows and reports"
  }

  assert {
    condition = toset(flatten([
      for s in jsondecode(module.inserter.policy).Statement :
      [for action in s.Action : "${action} ${s.Resource}"]
      if !startswith(s.Resource, "arn:aws:logs:")
      ])) == toset([
      "s3:GetObject ${aws_s3_bucket.this.arn}/extracted/*",
      "s3:GetObject ${aws_s3_bucket.this.arn}/inserted/*",
      "s3:PutObject ${aws_s3_bucket.this.arn}/inserted/*",
      "s3:GetObject ${aws_s3_bucket.this.arn}/reports/*",
      "s3:PutObject ${aws_s3_bucket.this.arn}/reports/*",
      "s3:ListBucket ${aws_s3_bucket.this.arn}",
      "sns:Publish ${var.topic_arn}",
      "sns:PublishBatch ${var.topic_arn}",
      "sqs:SendMessage ${aws_sqs_queue.failures.arn}",
    ])
    error_message = "the inserter may only read parts, publish, and write markers and reports"
  }
}

run "the_functions_receive_their_settings" {
  command = plan

  assert {
    condition = [for name in ["BUCKET", "TABLE_NAME", "MAX_UPLOAD_BYTES"] : module.extractor.environment[name]] == [
      aws_s3_bucket.this.bucket,
      "ingestion-test-entities",
      "536870912",
    ]
    error_message = "the extractor must receive the bucket, the table and the largest upload, a quarter of its disk"
  }

  assert {
    condition = [module.inserter.environment.BUCKET, module.inserter.environment.TOPIC_ARN] == [
      aws_s3_bucket.this.bucket,
      var.topic_arn,
    ]
    error_message = "the inserter must receive the bucket and the topic"
  }

  assert {
    condition     = module.extractor.timeout_seconds == 900 && module.inserter.timeout_seconds == 900
    error_message = "both functions must have the longest timeout of Lambda"
  }
}

run "failed_calls_are_retried_and_kept" {
  command = plan

  assert {
    condition = {
      for stage, config in aws_lambda_function_event_invoke_config.this :
      stage => [
        config.function_name,
        config.maximum_retry_attempts,
        config.maximum_event_age_in_seconds,
        config.destination_config[0].on_failure[0].destination,
      ]
      } == {
      extract = [module.extractor.name, 2, 21600, aws_sqs_queue.failures.arn]
      insert  = [module.inserter.name, 2, 21600, aws_sqs_queue.failures.arn]
    }
    error_message = "both functions must be retried twice, and calls that keep failing must go to the failures queue"
  }

  assert {
    condition = (
      aws_sqs_queue.failures.message_retention_seconds == 1209600 &&
      coalesce(aws_sqs_queue.failures.fifo_queue, false) == false
    )
    error_message = "the failures queue must be a standard queue and keep messages for 14 days"
  }
}

run "the_bucket_is_private_and_versioned" {
  command = plan

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "all four ways to make the bucket public must be blocked"
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "the bucket must keep replaced versions for functions that have yet to read them"
  }

  assert {
    condition = (
      [
        for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule :
        [rule.filter[0].prefix, rule.status, rule.expiration[0].days, rule.noncurrent_version_expiration[0].noncurrent_days]
        if !contains(["quarantine/", "texts/"], rule.filter[0].prefix)
      ] ==
      [for folder in ["extracted/", "inserted/", "rejected/", "reports/", "uploads/"] : [folder, "Enabled", 30, 30]]
    )
    error_message = "the objects of each folder of files must expire after files.retention_days"
  }

  assert {
    condition = [
      for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule :
      [coalesce(rule.expiration[0].days, 0), rule.noncurrent_version_expiration[0].noncurrent_days]
      if rule.filter[0].prefix == "texts/"
    ] == [[0, 30]]
    error_message = "the texts of documents must be kept as long as the documents, and replaced texts as long as replaced files"
  }
}

run "replaced_files_expire_by_default" {
  command = plan

  variables {
    files = merge(var.files, { retention_days = null })
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this[0].rule[0].noncurrent_version_expiration[0].noncurrent_days == 30
    error_message = "replaced files must expire after 30 days"
  }
}

run "replaced_files_can_be_kept_forever_while_files_expire" {
  command = plan

  variables {
    files = merge(var.files, { noncurrent_retention_days = 0 })
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this[0].rule[0].noncurrent_version_expiration) == 0
    error_message = "replaced files must not expire"
  }
}

run "files_are_read_by_a_bounded_number_of_runs" {
  command = plan

  assert {
    condition     = module.extractor.concurrency == 10 && module.inserter.concurrency == -1
    error_message = "the extractor must have the concurrency of files.extract_concurrency"
  }
}

run "a_negative_extract_concurrency_is_rejected" {
  command = plan

  variables {
    files = merge(var.files, { extract_concurrency = -1 })
  }

  expect_failures = [var.files]
}

run "files_can_be_kept_forever" {
  command = plan

  variables {
    files = merge(var.files, { retention_days = null, noncurrent_retention_days = 0, quarantine_retention_days = 0 })
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this) == 0
    error_message = "nothing must expire without a retention"
  }
}

run "invalid_settings_are_rejected" {
  command = plan

  variables {
    topic_arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router"
    files     = merge(var.files, { memory_mb = 128 })
  }

  expect_failures = [var.topic_arn, var.files]
}

run "an_insert_concurrency_of_zero_is_rejected" {
  command = plan

  variables {
    files = merge(var.files, { insert_concurrency = 0 })
  }

  expect_failures = [var.files]
}

run "a_retention_of_zero_days_is_rejected" {
  command = plan

  variables {
    files = merge(var.files, { retention_days = 0 })
  }

  expect_failures = [var.files]
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
    condition = (
      module.bucket.encryption == { sse_algorithm = "aws:kms", kms_master_key_id = var.context.encryption.kms_key_arn } &&
      strcontains(module.bucket.policy, "s3:*")
    )
    error_message = "the bucket must be encrypted with the key and deny plain HTTP"
  }
}

run "aws_managed_keys_encrypt_by_default" {
  command = plan

  assert {
    condition     = alltrue([for queue in [aws_sqs_queue.failures] : queue.kms_master_key_id == null && queue.sqs_managed_sse_enabled])
    error_message = "SQS must use its managed encryption"
  }

  assert {
    condition     = module.bucket.encryption.sse_algorithm == "AES256" && module.bucket.policy == null
    error_message = "the bucket must use AES256 and have no policy"
  }
}

run "replaced_files_can_expire_sooner" {
  command = plan

  variables {
    files = merge(var.files, { retention_days = null, noncurrent_retention_days = 20 })
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this[0].rule[0].noncurrent_version_expiration[0].noncurrent_days == 20
    error_message = "replaced files must expire after files.noncurrent_retention_days"
  }

  assert {
    condition     = coalesce(aws_s3_bucket_lifecycle_configuration.this[0].rule[4].expiration[0].days, 0) == 0
    error_message = "current files must not expire"
  }
}

run "a_negative_retention_of_replaced_files_is_rejected" {
  command = plan

  variables {
    files = merge(var.files, { noncurrent_retention_days = -1 })
  }

  expect_failures = [var.files]
}

run "requests_in_quarantine_have_their_own_retention" {
  command = plan

  variables {
    files = merge(var.files, { retention_days = 7, quarantine_retention_days = 45 })
  }

  assert {
    condition = [
      for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule :
      [rule.expiration[0].days, rule.noncurrent_version_expiration[0].noncurrent_days] if rule.filter[0].prefix == "quarantine/"
    ] == [[45, 1]]
    error_message = "a request must expire after files.quarantine_retention_days"
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule :
      !startswith("quarantine/", rule.filter[0].prefix) if rule.expiration[0].days == 7
    ])
    error_message = "no rule of files may delete requests in quarantine"
  }
}

run "a_request_in_quarantine_calls_no_function" {
  command = plan

  assert {
    condition = toset([for call in aws_s3_bucket_notification.this.lambda_function : call.filter_prefix]) == toset([
      "uploads/", "extracted/",
    ])
    error_message = "only uploads and their parts may call a function"
  }
}

run "a_negative_retention_of_quarantine_is_rejected" {
  command = plan

  variables {
    files = merge(var.files, { quarantine_retention_days = -1 })
  }

  expect_failures = [var.files]
}
