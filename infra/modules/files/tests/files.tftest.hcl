# Dropped files: what calls what, what each function may do, what is kept and for how long.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

# As AWS would number it.
override_resource {
  target          = aws_sqs_queue.failures
  override_during = plan
  values          = { arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-files-failures" }
}

variables {
  context   = jsondecode(file("../../tests/fixtures/context.json"))
  package   = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  topic_arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo"

  files = {
    memory_mb          = 1769
    storage_mb         = 2048
    insert_concurrency = null
    retention_days     = 30
    force_destroy      = false

    noncurrent_retention_days = null
  }
}

run "each_stage_is_called_for_what_the_one_before_it_writes" {
  command = plan

  assert {
    condition = { for call in aws_s3_bucket_notification.this.lambda_function : call.filter_prefix => call.lambda_function_arn } == {
      "uploads/"   = module.extractor.arn
      "extracted/" = module.inserter.arn
    }
    error_message = "uploads must reach the extractor, parts the inserter"
  }

  assert {
    condition     = alltrue([for call in aws_s3_bucket_notification.this.lambda_function : call.events == toset(["s3:ObjectCreated:*"])])
    error_message = "every way of making an object must call, multipart uploads too"
  }

  assert {
    condition = {
      for stage, permission in aws_lambda_permission.this :
      stage => [permission.function_name, permission.principal, permission.source_arn, permission.source_account]
      } == {
      extract = [module.extractor.name, "s3.amazonaws.com", aws_s3_bucket.this.arn, "123456789012"]
      insert  = [module.inserter.name, "s3.amazonaws.com", aws_s3_bucket.this.arn, "123456789012"]
    }
    error_message = "this bucket of this account may call, and nobody else"
  }
}

run "no_stage_writes_where_it_is_called_for" {
  command = plan

  assert {
    condition = alltrue([
      for pair in [
        [module.extractor.policy, "/uploads/"], [module.inserter.policy, "/extracted/"], [module.inserter.policy, "/uploads/"]
        ] : alltrue([
          for s in jsondecode(pair[0]).Statement : !(contains(s.Action, "s3:PutObject") && strcontains(s.Resource, pair[1]))
      ])
    ])
    error_message = "an output must never trigger its own input"
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
      "s3:PutObject ${aws_s3_bucket.this.arn}/rejected/*",
      "s3:GetObject ${aws_s3_bucket.this.arn}/reports/*",
      "s3:PutObject ${aws_s3_bucket.this.arn}/reports/*",
      "s3:ListBucket ${aws_s3_bucket.this.arn}",
      "lambda:InvokeFunction arn:aws:lambda:eu-central-1:123456789012:function:ingestion-test-extractor",
      "sqs:SendMessage ${aws_sqs_queue.failures.arn}",
    ])
    error_message = "the extractor may read uploads, and write parts, rejected rows and reports"
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
    error_message = "the inserter may read parts, publish, and write marks and reports"
  }
}

run "the_functions_are_told_where_to_work" {
  command = plan

  assert {
    condition = [module.extractor.environment.BUCKET, module.extractor.environment.MAX_UPLOAD_BYTES] == [
      aws_s3_bucket.this.bucket,
      "536870912",
    ]
    error_message = "the extractor must know the bucket, and the room for an upload: a quarter of its disk"
  }

  assert {
    condition = [module.inserter.environment.BUCKET, module.inserter.environment.TOPIC_ARN] == [
      aws_s3_bucket.this.bucket,
      var.topic_arn,
    ]
    error_message = "the inserter must know the bucket and the topic"
  }

  assert {
    condition     = module.extractor.timeout_seconds == 900
    error_message = "a large file needs all the time there is"
  }
}

run "calls_that_fail_are_repeated_and_put_aside" {
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
    error_message = "both functions must be called again as often as Lambda does, and what failed for good must be kept"
  }

  assert {
    condition = (
      aws_sqs_queue.failures.message_retention_seconds == 1209600 &&
      coalesce(aws_sqs_queue.failures.fifo_queue, false) == false
    )
    error_message = "failures must be kept for 14 days, in a standard queue: Lambda takes no other"
  }
}

run "the_bucket_is_private_and_keeps_what_is_replaced" {
  command = plan

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "nothing in the bucket may be public"
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "a file that is replaced before it was read must still be readable"
  }

  assert {
    condition = (
      [
        for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule :
        [rule.status, rule.expiration[0].days, rule.noncurrent_version_expiration[0].noncurrent_days]
      ] ==
      [["Enabled", 30, 30]]
    )
    error_message = "everything must be gone after the days that it is kept"
  }
}

run "files_may_be_kept_for_ever" {
  command = plan

  variables {
    files = merge(var.files, { retention_days = null })
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this) == 0
    error_message = "without days nothing may expire"
  }
}

run "what_could_not_work_is_refused" {
  command = plan

  variables {
    topic_arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router"
    files     = merge(var.files, { memory_mb = 128 })
  }

  expect_failures = [var.topic_arn, var.files]
}

run "no_part_handed_on_at_once_is_refused" {
  command = plan

  variables {
    files = merge(var.files, { insert_concurrency = 0 })
  }

  expect_failures = [var.files]
}

run "files_that_are_never_kept_are_refused" {
  command = plan

  variables {
    files = merge(var.files, { retention_days = 0 })
  }

  expect_failures = [var.files]
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
    error_message = "the queue must turn plain HTTP away"
  }

  assert {
    condition = (
      module.bucket.encryption == { sse_algorithm = "aws:kms", kms_master_key_id = var.context.encryption.kms_key_arn } &&
      strcontains(module.bucket.policy, "s3:*")
    )
    error_message = "the bucket must be encrypted with the key and turn plain HTTP away"
  }
}

run "without_a_key_of_ours_aws_encrypts_with_its_own" {
  command = plan

  assert {
    condition     = alltrue([for queue in [aws_sqs_queue.failures] : queue.kms_master_key_id == null && queue.sqs_managed_sse_enabled])
    error_message = "SQS must encrypt with its own key"
  }

  assert {
    condition     = module.bucket.encryption.sse_algorithm == "AES256" && module.bucket.policy == null
    error_message = "S3 must encrypt with its own key, and plain HTTP be let in where that is wanted"
  }
}

run "replaced_files_may_go_sooner" {
  command = plan

  variables {
    files = merge(var.files, { retention_days = null, noncurrent_retention_days = 20 })
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.this[0].rule).noncurrent_version_expiration[0].noncurrent_days == 20
    error_message = "replaced files must go when they are told to"
  }

  assert {
    condition     = coalesce(one(aws_s3_bucket_lifecycle_configuration.this[0].rule).expiration[0].days, 0) == 0
    error_message = "the others must stay"
  }
}

run "replaced_files_that_are_never_kept_are_refused" {
  command = plan

  variables {
    files = merge(var.files, { noncurrent_retention_days = 0 })
  }

  expect_failures = [var.files]
}
