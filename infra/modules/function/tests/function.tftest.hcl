# One function: what it may do, what it runs and for how long its log is kept.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context         = jsondecode(file("../../tests/fixtures/context.json"))
  package         = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  name            = "ingestion-test-api"
  description     = "Checks what sources post."
  handler         = "ingestion.handlers.api.handler"
  timeout_seconds = 29
  environment     = { TOPIC_ARN = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo" }

  statements = [{
    Action   = ["sns:Publish"]
    Resource = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo"
  }]
}

run "it_may_do_what_it_was_given_and_write_its_log" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.this.policy).Statement : [for action in s.Action : "${s.Effect} ${action} ${s.Resource}"]
      ])) == toset([
      "Allow sns:Publish arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo",
      "Allow logs:CreateLogStream ${aws_cloudwatch_log_group.this.arn}:*",
      "Allow logs:PutLogEvents ${aws_cloudwatch_log_group.this.arn}:*",
    ])
    error_message = "the role must allow the given statements and its own log streams, and nothing else"
  }

  assert {
    condition     = aws_iam_role_policy.this.role == aws_iam_role.this.id && aws_lambda_function.this.role == aws_iam_role.this.arn
    error_message = "the policy and the function must belong to the same role"
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role.this.assume_role_policy).Statement : s.Principal] == [
      { Service = "lambda.amazonaws.com" },
    ]
    error_message = "Lambda alone may take the role"
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role.this.assume_role_policy).Statement : s.Condition.StringEquals] == [
      { "aws:SourceAccount" = "123456789012" },
    ]
    error_message = "Lambda may take the role for functions of this account only"
  }
}

run "its_log_is_not_kept_for_ever" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/${aws_lambda_function.this.function_name}"
    error_message = "the group must be the one that Lambda writes to, or Lambda makes one that never expires"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "the log must be kept for as long as the context says"
  }
}

run "it_runs_the_package_with_what_it_is_told" {
  command = plan

  assert {
    condition     = aws_lambda_function.this.source_code_hash == "q80=" && aws_lambda_function.this.s3_key == "abc.zip"
    error_message = "the function must follow the package's digest and key"
  }

  assert {
    condition = aws_lambda_function.this.environment[0].variables == tomap({
      TOPIC_ARN                    = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo"
      POWERTOOLS_SERVICE_NAME      = "ingestion-test-api"
      POWERTOOLS_METRICS_NAMESPACE = "ingestion-test"
    })
    error_message = "the environment must hold the given names and Powertools' own"
  }

  assert {
    condition     = coalesce(aws_lambda_function.this.reserved_concurrent_executions, -1) == -1
    error_message = "fewer slots than active groups throttle a FIFO worker"
  }
}

run "what_lambda_would_refuse_is_refused" {
  command = plan

  variables {
    name            = join("", [for i in range(65) : "a"])
    description     = ""
    handler         = "api.handler"
    timeout_seconds = 901
    storage_mb      = 511
    concurrency     = 0
  }

  expect_failures = [var.name, var.description, var.handler, var.timeout_seconds, var.storage_mb, var.concurrency]
}

run "an_environment_may_fill_what_lambda_takes" {
  command = plan

  variables {
    # Beside 109 characters of names, quotes and what Powertools is told.
    environment = { DIGESTS = format("%03987d", 0) }
  }

  assert {
    condition     = length(jsonencode(aws_lambda_function.this.environment[0].variables)) == 4096
    error_message = "all of Lambda's 4 KB must be there for use"
  }
}

run "a_larger_environment_than_lambda_takes_is_refused" {
  command = plan

  variables {
    environment = { DIGESTS = format("%03988d", 0) }
  }

  expect_failures = [aws_lambda_function.this]
}

run "any_action_of_a_service_is_refused" {
  command = plan

  variables {
    statements = [{ Action = ["dynamodb:*"], Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/entities" }]
  }

  expect_failures = [var.statements]
}

run "any_resource_is_refused" {
  command = plan

  variables {
    statements = [{ Action = ["dynamodb:PutItem"], Resource = "*" }]
  }

  expect_failures = [var.statements]
}

run "all_objects_of_a_bucket_are_refused" {
  command = plan

  variables {
    statements = [{ Action = ["s3:GetObject"], Resource = "arn:aws:s3:::drop/*" }]
  }

  expect_failures = [var.statements]
}

run "the_objects_of_one_folder_may_be_named" {
  command = plan

  variables {
    memory_mb   = 1024
    storage_mb  = 2048
    concurrency = 5
    statements  = [{ Action = ["s3:GetObject"], Resource = "arn:aws:s3:::drop/uploads/*" }]
  }

  assert {
    condition = (
      [aws_lambda_function.this.ephemeral_storage[0].size, aws_lambda_function.this.reserved_concurrent_executions] ==
      [2048, 5]
    )
    error_message = "the function must have the room and the limit that it is given"
  }

  assert {
    condition     = aws_lambda_function.this.memory_size == 1024
    error_message = "the function must have the memory that it is given, and not that of all functions"
  }
}

run "what_is_traced_may_write_traces_and_nothing_else_is_open" {
  command = plan

  variables {
    context = merge(var.context, {
      encryption = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1" }
      function   = merge(var.context.function, { tracing = true })
    })
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Action if s.Resource == "*"] == [
      ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    ]
    error_message = "traces alone belong to no resource"
  }

  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "Active"
    error_message = "the function must be traced"
  }

  assert {
    condition = (
      aws_lambda_function.this.kms_key_arn == var.context.encryption.kms_key_arn &&
      aws_cloudwatch_log_group.this.kms_key_id == var.context.encryption.kms_key_arn
    )
    error_message = "the key must encrypt the function's environment and its log"
  }
}

run "without_a_key_of_ours_it_may_use_none" {
  command = plan

  assert {
    condition     = !strcontains(aws_iam_role_policy.this.policy, "kms:")
    error_message = "there must be no grant without a key"
  }
}

run "what_it_may_do_with_the_key_follows_from_what_it_does" {
  command = plan

  variables {
    context = merge(var.context, { encryption = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1" } })

    statements = [
      { Action = ["dynamodb:PutItem"], Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/entities" },
      { Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage"], Resource = "arn:aws:sqs:eu-central-1:123456789012:a.fifo" },
      { Action = ["sns:Publish"], Resource = "arn:aws:sns:eu-central-1:123456789012:router.fifo" },
      { Action = ["s3:PutObject"], Resource = "arn:aws:s3:::drop/uploads/*" },
      { Action = ["secretsmanager:GetSecretValue"], Resource = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a" },
      { Action = ["lambda:InvokeFunction"], Resource = "arn:aws:lambda:eu-central-1:123456789012:function:a" },
    ]
  }

  assert {
    condition = [
      for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s
      if s.Resource == var.context.encryption.kms_key_arn
      ] == [
      for action, services in {
        Decrypt         = ["dynamodb", "lambda", "s3", "secretsmanager", "sns", "sqs"]
        GenerateDataKey = ["s3", "sns"]
        } : {
        Effect    = "Allow"
        Action    = ["kms:${action}"]
        Resource  = var.context.encryption.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = [for service in services : "${service}.eu-central-1.amazonaws.com"] } }
      }
    ]
    error_message = "the role may decrypt through the services that it uses, and make data keys through those that it writes to"
  }
}

run "what_writes_nothing_makes_no_data_keys" {
  command = plan

  variables {
    context = merge(var.context, { encryption = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1" } })

    statements = [{ Action = ["dynamodb:GetItem"], Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/entities" }]
  }

  assert {
    condition = (
      [for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Action if s.Resource == var.context.encryption.kms_key_arn] ==
      [["kms:Decrypt"]]
    )
    error_message = "who reads only must not encrypt"
  }
}

run "its_role_is_named_by_region_too" {
  command = plan

  assert {
    condition     = aws_iam_role.this.name == "ingestion-test-api-eu-central-1"
    error_message = "roles are of all regions of an account: those of two regions must differ by name"
  }
}

run "the_longest_names_have_roles_of_their_own" {
  command = plan

  variables {
    name = "sixteen-letters--fifteen-letters-twenty-four-letters-long-worker"
  }

  assert {
    condition = (
      length(aws_iam_role.this.name) == 64 &&
      startswith(aws_iam_role.this.name, "sixteen-letters--fifteen-letters-twenty-four-letters-lo")
    )
    error_message = "a role's name must say whose it is, and have at most 64 characters"
  }
}

run "the_longest_names_in_another_region_have_other_roles" {
  command = plan

  variables {
    name    = "sixteen-letters--fifteen-letters-twenty-four-letters-long-worker"
    context = merge(var.context, { region = "eu-west-1" })
  }

  assert {
    condition     = aws_iam_role.this.name != run.the_longest_names_have_roles_of_their_own.role_name
    error_message = "what is cut off must still tell two regions apart"
  }
}
