# Dropped files: the bucket, the function that makes events of them, and the one that hands those on.

locals {
  # What calls which function. No function writes where it is called for.
  stages = {
    extract = { prefix = "uploads/", function = module.extractor }
    insert  = { prefix = "extracted/", function = module.inserter }
  }

  # A quarter for the upload, the rest for what a run keeps beside it.
  max_upload_bytes = floor(var.files.storage_mb / 4) * 1024 * 1024

  # A function cannot name itself, nor a queue.
  extractor_arn = "${var.context.arn_prefixes.lambda}:function:${var.context.name}-extractor"

  failures_arn = "${var.context.arn_prefixes.sqs}:${var.context.name}-files-failures"

  failures_may_be_put_aside = { Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.failures.arn }
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:A report tells of every file that is put here; who else reads is what CloudTrail's data events are for.
  #checkov:skip=CKV_AWS_145:module.bucket encrypts it with the key of the environment; checkov does not always follow it there.
  #checkov:skip=CKV_AWS_144:Files are copies of what a source has; what counts of them is in the table.
  bucket_prefix = "${var.context.name}-drop" # 37 characters, the most there may be.
  force_destroy = var.files.force_destroy
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

module "bucket" {
  source = "../bucket"

  bucket  = { id = aws_s3_bucket.this.id, arn = aws_s3_bucket.this.arn }
  context = var.context

  # S3 refuses two changes of a bucket's policy and publicity at once.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

# A file that is replaced before it was read is still read.
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = var.files.retention_days == null && var.files.noncurrent_retention_days == null ? 0 : 1

  bucket = aws_s3_bucket.this.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days                         = var.files.retention_days
      expired_object_delete_marker = var.files.retention_days == null ? true : null
    }

    noncurrent_version_expiration {
      noncurrent_days = coalesce(var.files.noncurrent_retention_days, var.files.retention_days)
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_notification" "this" {
  bucket = aws_s3_bucket.this.id

  dynamic "lambda_function" {
    for_each = local.stages

    content {
      id                  = lambda_function.key
      lambda_function_arn = lambda_function.value.function.arn
      # Large files are no Put.
      events        = ["s3:ObjectCreated:*"]
      filter_prefix = lambda_function.value.prefix
    }
  }

  depends_on = [aws_lambda_permission.this, aws_lambda_function_event_invoke_config.this, aws_s3_bucket_versioning.this]
}

resource "aws_lambda_permission" "this" {
  for_each = local.stages

  function_name  = each.value.function.name
  action         = "lambda:InvokeFunction"
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.this.arn
  source_account = var.context.account_id
}

resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = local.stages

  function_name                = each.value.function.name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 6 * 3600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failures.arn
    }
  }
}

# Calls that failed three times. Lambda puts them into standard queues only.
resource "aws_sqs_queue" "failures" {
  name                      = "${var.context.name}-files-failures"
  message_retention_seconds = var.context.queues.dead_letter_retention_days * 24 * 3600

  kms_master_key_id       = var.context.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.context.encryption.kms_key_arn == null ? true : null

  policy = length(var.context.encryption.deny_statements) > 0 ? jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in var.context.encryption.deny_statements :
      merge(statement, { Action = "sqs:*", Resource = local.failures_arn })
    ]
  }) : null
}

module "extractor" {
  source = "../function"

  name            = "${var.context.name}-extractor"
  description     = "Makes events of the rows of an uploaded file."
  handler         = "ingestion.handlers.extractor.handler"
  timeout_seconds = 900
  storage_mb      = var.files.storage_mb
  memory_mb       = var.files.memory_mb
  context         = var.context
  package         = var.package

  environment = {
    BUCKET           = aws_s3_bucket.this.bucket
    MAX_UPLOAD_BYTES = tostring(local.max_upload_bytes)
  }

  # A folder and *, as its files are named by uploads and runs: the folder is what the function may touch.
  statements = [
    # The version that the notification names, and no other.
    { Action = ["s3:GetObjectVersion"], Resource = "${aws_s3_bucket.this.arn}/uploads/*" },
    { Action = ["s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/extracted/*" },
    { Action = ["s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/rejected/*" },
    { Action = ["s3:GetObject", "s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/reports/*" },
    # To count parts and marks; and without it S3 denies what is not there instead of saying so.
    { Action = ["s3:ListBucket"], Resource = aws_s3_bucket.this.arn },
    # What one run cannot end, it hands to another.
    { Action = ["lambda:InvokeFunction"], Resource = local.extractor_arn },
    local.failures_may_be_put_aside,
  ]
}

module "inserter" {
  source = "../function"

  name            = "${var.context.name}-inserter"
  description     = "Hands the events of a part of a file to the router."
  handler         = "ingestion.handlers.inserter.handler"
  timeout_seconds = 120
  concurrency     = var.files.insert_concurrency
  context         = var.context
  package         = var.package

  environment = {
    BUCKET    = aws_s3_bucket.this.bucket
    TOPIC_ARN = var.topic_arn
  }

  # As above: a folder and whatever its files are called.
  statements = [
    { Action = ["s3:GetObject"], Resource = "${aws_s3_bucket.this.arn}/extracted/*" },
    { Action = ["s3:GetObject", "s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/inserted/*" },
    { Action = ["s3:GetObject", "s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/reports/*" },
    { Action = ["s3:ListBucket"], Resource = aws_s3_bucket.this.arn },
    # AWS checks a batch as Publish; the emulator asks for the call by its own name.
    { Action = ["sns:Publish", "sns:PublishBatch"], Resource = var.topic_arn },
    local.failures_may_be_put_aside,
  ]
}
