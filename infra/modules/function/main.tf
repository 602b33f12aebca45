# One function with its own role and log group.

locals {
  # Role names are unique in an account across regions, and have at most 64 characters.
  _long_name  = "${var.name}-${var.context.region}"
  _short_name = "${substr(local._long_name, 0, 55)}-${substr(sha256(local._long_name), 0, 8)}"
  role_name   = length(local._long_name) <= 64 ? local._long_name : local._short_name

  environment = merge(var.environment, {
    POWERTOOLS_SERVICE_NAME      = var.name
    POWERTOOLS_METRICS_NAMESPACE = var.context.name
  })

  # X-Ray has no resources for traces, so AWS allows only *.
  tracing_statements = var.context.function.tracing ? [{
    Effect   = "Allow"
    Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    Resource = "*"
  }] : []
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:The retention is a variable.
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
      Principal = { Service = var.context.principals.lambda }
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
      # The log streams of this function's group; Lambda chooses their names.
      Resource = "${aws_cloudwatch_log_group.this.arn}:*"
    }])
  })
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_116:Synchronous calls and mappings do not use it; asynchronous calls have a destination for failures.
  #checkov:skip=CKV_AWS_117:It calls AWS services and subscribers' endpoints, and nothing in a VPC.
  #checkov:skip=CKV_AWS_272:The deploying principal would also sign; the plan rejects a zip that does not match its manifest.
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
      error_message = "${var.name}: the environment has ${nonsensitive(length(jsonencode(local.environment)))} of at most 4096 characters."
    }
  }

  # A log group that Lambda creates itself never expires.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]
}
