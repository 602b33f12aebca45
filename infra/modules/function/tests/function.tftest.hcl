# One function: its permissions, its code and environment, and its log.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context         = jsondecode(file("../../tests/fixtures/context.json"))
  package         = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  name            = "ingestion-test-api"
  description     = "Validates posted events."
  handler         = "ingestion.handlers.api.handler"
  timeout_seconds = 29
  environment     = { TOPIC_ARN = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo" }

  statements = [{
    Action   = ["sns:Publish"]
    Resource = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo"
  }]
}

run "the_role_allows_the_statements_and_the_log" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.this.policy).Statement : [for action in s.Action : "${s.Effect} ${action} ${s.Resource}"]
      ])) == toset([
      "Allow sns:Publish arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo",
      "Allow logs:CreateLogStream ${aws_cloudwatch_log_group.this.arn}:*",
      "Allow logs:PutLogEvents ${aws_cloudwatch_log_group.this.arn}:*",
    ])
    error_message = "the role must allow exactly the given statements and its own log streams"
  }

  assert {
    condition     = aws_iam_role_policy.this.role == aws_iam_role.this.id && aws_lambda_function.this.role == aws_iam_role.this.arn
    error_message = "the policy and the function must belong to the same role"
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role.this.assume_role_policy).Statement : s.Principal] == [
      { Service = "lambda.amazonaws.com" },
    ]
    error_message = "only Lambda may assume the role"
  }

  assert {
    # AWS documents no key that Lambda sends when it assumes the role of a function.
    condition     = !can(jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition)
    error_message = "the trust must have no condition, or Lambda might not be able to assume the role"
  }
}

run "the_log_expires" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/${aws_lambda_function.this.function_name}"
    error_message = "the group must be the one that Lambda writes to, or Lambda creates one that never expires"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "the log must have the retention of the context"
  }
}

run "the_function_runs_the_package_with_its_environment" {
  command = plan

  assert {
    condition     = aws_lambda_function.this.source_code_hash == "q80=" && aws_lambda_function.this.s3_key == "abc.zip"
    error_message = "the function must use the package's key and digest"
  }

  assert {
    condition = aws_lambda_function.this.environment[0].variables == tomap({
      TOPIC_ARN                    = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo"
      POWERTOOLS_SERVICE_NAME      = "ingestion-test-api"
      POWERTOOLS_METRICS_NAMESPACE = "ingestion-test"
    })
    error_message = "the environment must hold the given variables and those of Powertools"
  }

  assert {
    condition     = coalesce(aws_lambda_function.this.reserved_concurrent_executions, -1) == -1
    error_message = "concurrency must not be reserved by default, or FIFO workers are throttled"
  }
}

run "invalid_settings_are_rejected" {
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

run "an_environment_of_4096_characters_is_accepted" {
  command = plan

  variables {
    # The names, quotes and variables of Powertools take 109 characters.
    environment = { DIGESTS = format("%03987d", 0) }
  }

  assert {
    condition     = length(jsonencode(aws_lambda_function.this.environment[0].variables)) == 4096
    error_message = "an environment must be able to fill the 4 KB of Lambda"
  }
}

run "an_environment_over_4096_characters_is_rejected" {
  command = plan

  variables {
    environment = { DIGESTS = format("%03988d", 0) }
  }

  expect_failures = [aws_lambda_function.this]
}

run "a_wildcard_action_is_rejected" {
  command = plan

  variables {
    statements = [{ Action = ["dynamodb:*"], Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/entities" }]
  }

  expect_failures = [var.statements]
}

run "a_wildcard_resource_is_rejected" {
  command = plan

  variables {
    statements = [{ Action = ["dynamodb:PutItem"], Resource = "*" }]
  }

  expect_failures = [var.statements]
}

run "all_objects_of_a_bucket_are_rejected" {
  command = plan

  variables {
    statements = [{ Action = ["s3:GetObject"], Resource = "arn:aws:s3:::drop/*" }]
  }

  expect_failures = [var.statements]
}

run "the_objects_of_one_folder_are_accepted" {
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
    error_message = "the function must have the given disk size and concurrency"
  }

  assert {
    condition     = aws_lambda_function.this.memory_size == 1024
    error_message = "the function must have the given memory instead of that of all functions"
  }
}

run "a_traced_function_may_write_traces_and_uses_the_key" {
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
    error_message = "only the statement for traces may have the resource *"
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

run "there_are_no_key_permissions_without_a_key" {
  command = plan

  assert {
    condition     = !strcontains(aws_iam_role_policy.this.policy, "kms:")
    error_message = "there must be no KMS statement without a key"
  }
}

run "key_permissions_follow_from_the_statements" {
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
    error_message = "the role may only decrypt through services that it uses and generate data keys through those that it writes to"
  }
}

run "a_function_that_only_reads_generates_no_data_keys" {
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
    error_message = "a role without write actions must not generate data keys"
  }
}

run "the_roles_name_contains_the_region" {
  command = plan

  assert {
    condition     = aws_iam_role.this.name == "ingestion-test-api-eu-central-1"
    error_message = "role names must differ by region, because an account's roles are global"
  }
}

run "the_longest_names_have_different_roles" {
  command = plan

  variables {
    name = "sixteen-letters--fifteen-letters-twenty-four-letters-long-worker"
  }

  assert {
    condition = (
      length(aws_iam_role.this.name) == 64 &&
      startswith(aws_iam_role.this.name, "sixteen-letters--fifteen-letters-twenty-four-letters-lo")
    )
    error_message = "a role's name must start with the function's name and have at most 64 characters"
  }
}

run "the_longest_names_have_different_roles_in_another_region" {
  command = plan

  variables {
    name    = "sixteen-letters--fifteen-letters-twenty-four-letters-long-worker"
    context = merge(var.context, { region = "eu-west-1" })
  }

  assert {
    condition     = aws_iam_role.this.name != run.the_longest_names_have_different_roles.role_name
    error_message = "shortened names must still differ by region"
  }
}

run "a_partition_with_other_addresses_has_its_own_suffix" {
  command = plan

  variables {
    context = merge(var.context, {
      region     = "cn-north-1"
      dns_suffix = "amazonaws.com.cn"
      encryption = { kms_key_arn = "arn:aws-cn:kms:cn-north-1:123456789012:key/1" }
    })
  }

  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_role_policy.this.policy).Statement :
      alltrue([for service in s.Condition.StringEquals["kms:ViaService"] : endswith(service, ".cn-north-1.amazonaws.com.cn")])
      if can(s.Condition)
    ])
    error_message = "the key may be used through services of the region's own partition"
  }

  assert {
    # The name of Lambda as a principal is the same in China.
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Principal.Service == var.context.principals.lambda
    error_message = "the principal must be the one that the provider names for the partition"
  }
}
