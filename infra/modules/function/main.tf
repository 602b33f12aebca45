# One function with a role and a log of its own.

locals {
  # An account's roles are of all regions, where its functions are of one; a role's name has at most 64 characters.
  _long_name  = "${var.name}-${var.context.region}"
  _short_name = "${substr(local._long_name, 0, 55)}-${substr(sha256(local._long_name), 0, 8)}"
  role_name   = length(local._long_name) <= 64 ? local._long_name : local._short_name

  environment = merge(var.environment, {
    POWERTOOLS_SERVICE_NAME      = var.name
    POWERTOOLS_METRICS_NAMESPACE = var.context.name
  })

  # Traces belong to no resource: AWS lets nothing narrower be named.
  tracing_statements = var.context.function.tracing ? [{
    Effect   = "Allow"
    Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    Resource = "*"
  }] : []
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:How long it is kept is a variable.
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.context.function.log_retention_days
  kms_key_id        = var.context.encryption.kms_key_arn
}

resource "aws_iam_role" "this" {
  name = local.role_name

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
      # Lambda may take it on for functions of this account only.
      Condition = { StringEquals = { "aws:SourceAccount" = var.context.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "this"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(var.statements, local.tracing_statements, local.encryption_statements, [{
      Effect = "Allow"
      Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
      # The streams of this function's own group: Lambda chooses their names.
      Resource = "${aws_cloudwatch_log_group.this.arn}:*"
    }])
  })
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_116:Calls that wait for an answer and mappings use none; calls that do not have a destination for failures.
  #checkov:skip=CKV_AWS_117:It talks to AWS's own services and to subscribers' endpoints, and there is nothing in a VPC.
  #checkov:skip=CKV_AWS_272:Whoever deploys would also be whoever signs; the plan refuses a zip that is not the one that was built.
  function_name    = var.name
  description      = var.description
  role             = aws_iam_role.this.arn
  handler          = var.handler
  runtime          = var.context.function.runtime
  architectures    = [var.context.function.architecture]
  memory_size      = coalesce(var.memory_mb, var.context.function.memory_mb)
  timeout          = var.timeout_seconds
  s3_bucket        = var.package.bucket
  s3_key           = var.package.key
  source_code_hash = var.package.digest

  reserved_concurrent_executions = coalesce(var.concurrency, -1)

  kms_key_arn = var.context.encryption.kms_key_arn

  tracing_config {
    mode = var.context.function.tracing ? "Active" : "PassThrough"
  }

  ephemeral_storage {
    size = var.storage_mb
  }

  environment {
    variables = local.environment
  }

  lifecycle {
    precondition {
      condition     = length(jsonencode(local.environment)) <= 4096
      error_message = "${var.name}: the environment has ${nonsensitive(length(jsonencode(local.environment)))} of 4096 characters."
    }
  }

  # A log group that Lambda makes itself would be kept for ever.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]
}
