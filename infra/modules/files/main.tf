# Uploaded files: the bucket, the extractor that converts files to events, and the inserter that publishes the events.

locals {
  # The function that each folder's new objects call. No function may write to the folder that calls it.
  notifications = {
    extract = { prefix = "uploads/", function = module.extractor }
    insert  = { prefix = "extracted/", function = module.inserter }
  }

  # The upload may fill a quarter of the disk; the run needs the rest.
  max_upload_bytes = floor(var.files.storage_mb / 4) * 1024 * 1024

  # Built from names because a policy cannot refer to its own function or queue.
  extractor_arn = "${var.context.arn_prefixes.lambda}:function:${var.context.name}-extractor"

  failures_arn = "${var.context.arn_prefixes.sqs}:${var.context.name}-files-failures"

  send_to_failures_queue = { Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.failures.arn }
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:Every upload has a report; CloudTrail's data events can log other access.
  #checkov:skip=CKV_AWS_145:module.bucket encrypts it with the key of the environment, which checkov does not always find.
  #checkov:skip=CKV_AWS_144:Files are copies of a source's data, and their events are in the table.
  bucket_prefix = "${var.context.name}-drop" # A bucket_prefix has at most 37 characters.
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

  # S3 rejects concurrent changes of a bucket's policy and its public access block.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

# Keeps a file readable that is replaced before the extractor reads it.
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_notification" "this" {
  bucket = aws_s3_bucket.this.id

  dynamic "lambda_function" {
    for_each = local.notifications

    content {
      id                  = lambda_function.key
      lambda_function_arn = lambda_function.value.function.arn
      # Includes multipart uploads, which large files use.
      events        = ["s3:ObjectCreated:*"]
      filter_prefix = lambda_function.value.prefix
    }
  }

  depends_on = [aws_lambda_permission.this, aws_lambda_function_event_invoke_config.this, aws_s3_bucket_versioning.this]
}

resource "aws_lambda_permission" "this" {
  for_each = local.notifications

  function_name  = each.value.function.name
  action         = "lambda:InvokeFunction"
  principal      = var.context.principals.s3
  source_arn     = aws_s3_bucket.this.arn
  source_account = var.context.account_id
}

resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = local.notifications

  function_name                = each.value.function.name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 6 * 3600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failures.arn
    }
  }
}

# Calls that failed three times. Lambda can send them to standard queues only.
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
  description     = "Converts the rows of an uploaded file to events."
  handler         = "ingestion.handlers.extractor.handler"
  timeout_seconds = 900
  storage_mb      = var.files.storage_mb
  memory_mb       = var.files.memory_mb
  concurrency     = var.files.extract_concurrency == 0 ? null : var.files.extract_concurrency
  context         = var.context
  package         = var.packages.search # It reads documents, too.

  environment = {
    BUCKET           = aws_s3_bucket.this.bucket
    MAX_UPLOAD_BYTES = tostring(local.max_upload_bytes)
    TABLE_NAME       = var.table.name
  }

  # Each statement covers the objects of one folder, because uploads and runs choose the objects' names.
  statements = [
    # Reads the version that the notification names.
    { Action = ["s3:GetObjectVersion"], Resource = "${aws_s3_bucket.this.arn}/uploads/*" },
    { Action = ["s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/extracted/*" },
    # Replaces the text of a document unless a later upload has written it.
    { Action = ["s3:GetObject", "s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/texts/*" },
    # Reads whether a document was deleted, before it writes the text.
    { Action = ["dynamodb:GetItem"], Resource = var.table.arn },
    { Action = ["s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/rejected/*" },
    { Action = ["s3:GetObject", "s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/reports/*" },
    # Reads the marks if the extractor is the last to finish.
    { Action = ["s3:GetObject"], Resource = "${aws_s3_bucket.this.arn}/inserted/*" },
    # Lists parts and marks. Without this permission, S3 returns 403 instead of 404 for a missing object.
    { Action = ["s3:ListBucket"], Resource = aws_s3_bucket.this.arn },
    # Invokes itself to continue a file that one run cannot finish.
    { Action = ["lambda:InvokeFunction"], Resource = local.extractor_arn },
    local.send_to_failures_queue,
  ]
}

# A run that ends before its file invokes the next one, at most 12 times (`Extraction.max_runs`). Lambda stops a function that invokes
# itself after about 16 times, which is too near:
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
resource "aws_lambda_function_recursion_config" "extractor" {
  function_name  = module.extractor.name
  recursive_loop = "Allow"
}

module "inserter" {
  source = "../function"

  name            = "${var.context.name}-inserter"
  description     = "Publishes the events of a part of a file to the router's topic."
  handler         = "ingestion.handlers.inserter.handler"
  timeout_seconds = 900 # A part of 5,000 rows of one entity takes 5,000 calls, one after another.
  concurrency     = var.files.insert_concurrency
  context         = var.context
  package         = var.packages.functions

  environment = {
    BUCKET    = aws_s3_bucket.this.bucket
    TOPIC_ARN = var.topic_arn
  }

  # Each statement covers the objects of one folder, as above.
  statements = [
    { Action = ["s3:GetObject"], Resource = "${aws_s3_bucket.this.arn}/extracted/*" },
    { Action = ["s3:GetObject", "s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/inserted/*" },
    { Action = ["s3:GetObject", "s3:PutObject"], Resource = "${aws_s3_bucket.this.arn}/reports/*" },
    { Action = ["s3:ListBucket"], Resource = aws_s3_bucket.this.arn },
    # AWS authorizes a batch as sns:Publish; the emulator checks sns:PublishBatch.
    { Action = ["sns:Publish", "sns:PublishBatch"], Resource = var.topic_arn },
    local.send_to_failures_queue,
  ]
}
