# Search over all entities: the queue of changes, the indexer that writes the index into a bucket, and the function that searches it.

locals {
  # The most that Lambda allows: a commit of an index near its limit takes minutes. The indexer itself makes failed changes visible
  # sooner than the queue would, which waits for six timeouts.
  timeout_seconds    = 900
  visibility_seconds = 6 * local.timeout_seconds + var.search.batching_window_seconds
  max_receive_count  = 5

  # Built from names because policies and queues refer to each other; a plan then shows whole policies.
  queue_arn       = "${var.context.arn_prefixes.sqs}:${var.context.name}-search"
  failures_arn    = "${local.queue_arn}-failures"
  undelivered_arn = "${local.queue_arn}-undelivered.fifo"
  indexer_arn     = "${var.context.arn_prefixes.lambda}:function:${var.context.name}-indexer"

  # Only the topic of changes may send. Its ARN is built from its name, so a plan shows whole policies.
  allow_topic = {
    Effect    = "Allow"
    Action    = "sqs:SendMessage"
    Principal = { Service = var.context.principals.sns }
    Condition = { ArnEquals = { "aws:SourceArn" = "${var.context.arn_prefixes.sns}:${var.topic.name}" } }
  }

  index_objects = "${aws_s3_bucket.this.arn}/index/*"
}

# A FIFO topic delivers to standard queues, too: https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
# The order of changes does not matter, because the indexer reads the entities.
resource "aws_sns_topic_subscription" "this" {
  topic_arn            = var.topic.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.this.arn
  raw_message_delivery = true
  # Messages that SNS cannot deliver become dead letters.
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.undelivered.arn })
}

resource "aws_sqs_queue" "this" {
  name                       = "${var.context.name}-search"
  message_retention_seconds  = var.context.queues.retention_days * 24 * 3600
  visibility_timeout_seconds = local.visibility_seconds

  kms_master_key_id       = var.context.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.context.encryption.kms_key_arn == null ? true : null

  redrive_policy = jsonencode({
    deadLetterTargetArn = "${var.context.arn_prefixes.sqs}:${aws_sqs_queue.failures.name}"
    maxReceiveCount     = local.max_receive_count
  })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [merge(local.allow_topic, { Resource = local.queue_arn })],
      [for statement in var.context.encryption.deny_statements : merge(statement, { Action = "sqs:*", Resource = local.queue_arn })],
    )
  })
}

# Changes that cannot be indexed, each with its reason, and those whose batch failed five times.
resource "aws_sqs_queue" "failures" {
  name                       = "${var.context.name}-search-failures"
  message_retention_seconds  = var.context.queues.dead_letter_retention_days * 24 * 3600
  visibility_timeout_seconds = 60

  kms_master_key_id       = var.context.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.context.encryption.kms_key_arn == null ? true : null

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.queue_arn]
  })

  policy = length(var.context.encryption.deny_statements) > 0 ? jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in var.context.encryption.deny_statements :
      merge(statement, { Action = "sqs:*", Resource = local.failures_arn })
    ]
  }) : null
}

# Changes that SNS could not deliver. The dead-letter queue of a FIFO topic's subscription must be a FIFO queue:
# https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
resource "aws_sqs_queue" "undelivered" {
  name                       = "${var.context.name}-search-undelivered.fifo"
  fifo_queue                 = true
  deduplication_scope        = "messageGroup"
  fifo_throughput_limit      = "perMessageGroupId"
  message_retention_seconds  = var.context.queues.dead_letter_retention_days * 24 * 3600
  visibility_timeout_seconds = 60

  kms_master_key_id       = var.context.encryption.kms_key_arn
  sqs_managed_sse_enabled = var.context.encryption.kms_key_arn == null ? true : null

  redrive_allow_policy = jsonencode({ redrivePermission = "denyAll" })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [merge(local.allow_topic, { Resource = local.undelivered_arn })],
      [for statement in var.context.encryption.deny_statements : merge(statement, { Action = "sqs:*", Resource = local.undelivered_arn })],
    )
  })
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn                   = aws_sqs_queue.this.arn
  function_name                      = module.indexer.arn
  batch_size                         = 1000
  maximum_batching_window_in_seconds = var.search.batching_window_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  # The least that Lambda allows. Each commit replaces the pointer to the index: of two writers, one starts again.
  scaling_config {
    maximum_concurrency = 2
  }
}

module "indexer" {
  source = "../function"

  name            = "${var.context.name}-indexer"
  description     = "Writes changed entities and texts of documents to the index of search."
  handler         = "ingestion.handlers.indexer.handler"
  timeout_seconds = local.timeout_seconds
  memory_mb       = var.search.memory_mb
  storage_mb      = var.search.storage_mb
  context         = var.context
  package         = var.package

  environment = {
    TABLE_NAME         = var.table.name
    BUCKET             = var.text_bucket.name
    INDEX_BUCKET       = aws_s3_bucket.this.bucket
    QUEUE_URL          = aws_sqs_queue.this.url
    FAILURES_QUEUE_URL = aws_sqs_queue.failures.url
  }

  statements = [
    # A rebuild reads the whole table.
    { Action = ["dynamodb:BatchGetItem", "dynamodb:Scan"], Resource = var.table.arn },
    # Deletes the text of a deleted document.
    { Action = ["s3:GetObject", "s3:DeleteObject"], Resource = "${var.text_bucket.arn}/texts/*" },
    # Large files are uploaded in parts.
    {
      Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
      Resource = local.index_objects
    },
    # Lists unused files. Without this permission, S3 returns 403 instead of 404 for a missing object.
    { Action = ["s3:ListBucket"], Resource = aws_s3_bucket.this.arn },
    { Action = ["s3:ListBucket"], Resource = var.text_bucket.arn },
    # Invokes itself to continue a rebuild that one run cannot finish.
    { Action = ["lambda:InvokeFunction"], Resource = local.indexer_arn },
    { Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.failures.arn },
    {
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      Resource = aws_sqs_queue.this.arn
    },
    # Makes failed changes visible soon. AWS authorizes a batch as the single action; the emulator checks the batch's own name.
    { Action = ["sqs:ChangeMessageVisibility", "sqs:ChangeMessageVisibilityBatch"], Resource = aws_sqs_queue.this.arn },
  ]
}

# Lambda stops a function that invokes itself after about 16 times, and a rebuild may need more runs:
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
resource "aws_lambda_function_recursion_config" "indexer" {
  function_name  = module.indexer.name
  recursive_loop = "Allow"
}

# Only rebuilds are invoked without a caller that waits. One that failed three times becomes a dead letter.
resource "aws_lambda_function_event_invoke_config" "rebuilds" {
  function_name                = module.indexer.name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 6 * 3600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failures.arn
    }
  }
}

module "search" {
  source = "../function"

  name            = "${var.context.name}-search"
  description     = "Finds entities and documents by words."
  handler         = "ingestion.handlers.search.handler"
  timeout_seconds = 29
  memory_mb       = var.search.memory_mb
  storage_mb      = var.search.storage_mb
  context         = var.context
  package         = var.package

  environment = {
    TABLE_NAME   = var.table.name
    INDEX_BUCKET = aws_s3_bucket.this.bucket
    # Must equal the digests that ingestion/auth/api_keys.py computes.
    READER_KEY_DIGESTS = join("", [for key in var.keys : nonsensitive(substr(base64sha256("reader:${key}"), 0, 11))])
  }

  statements = [
    # An answer holds only what the table still has.
    { Action = ["dynamodb:BatchGetItem"], Resource = var.table.arn },
    { Action = ["s3:GetObject"], Resource = local.index_objects },
    # Without this permission, S3 returns 403 instead of 404 while there is no index.
    { Action = ["s3:ListBucket"], Resource = aws_s3_bucket.this.arn },
  ]
}
