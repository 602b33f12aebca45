# One function with a role and a log of its own.

data "aws_caller_identity" "this" {}

locals {
  # An account's roles are of all regions, where its functions are of one; a role's name has at most 64 characters.
  _role_name = "${var.name}-${data.aws_region.this.id}"
  role_name  = length(local._role_name) <= 64 ? local._role_name : "${substr(local._role_name, 0, 55)}-${substr(sha256(local._role_name), 0, 8)}"

  environment = merge(var.environment, {
    POWERTOOLS_SERVICE_NAME      = var.name
    POWERTOOLS_METRICS_NAMESPACE = var.config.metrics_namespace
  })

  # Traces belong to no resource: AWS lets nothing narrower be named.
  tracing_statements = var.config.tracing ? [{
    Effect   = "Allow"
    Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    Resource = "*"
  }] : []
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:How long it is kept is a variable.
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.config.log_retention_days
  kms_key_id        = var.config.kms_key_arn
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
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id } }
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
  runtime          = var.config.runtime
  architectures    = [var.config.architecture]
  memory_size      = var.config.memory_mb
  timeout          = var.timeout_seconds
  s3_bucket        = var.config.package.bucket
  s3_key           = var.config.package.key
  source_code_hash = var.config.package.digest

  reserved_concurrent_executions = coalesce(var.concurrency, -1)

  kms_key_arn = var.config.kms_key_arn

  tracing_config {
    mode = var.config.tracing ? "Active" : "PassThrough"
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
      error_message = "The environment of ${var.name} has ${nonsensitive(length(jsonencode(local.environment)))} characters as JSON; Lambda takes 4096."
    }
  }

  # A log group that Lambda makes itself would be kept for ever.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]
}
