# The function that accepts posts, and the methods that may call it and the functions of readers.

# Every stage and method. One permission covers all paths, because a function's policy has a limited size.
resource "aws_lambda_permission" "this" {
  function_name = module.function.name
  action        = "lambda:InvokeFunction"
  principal     = var.context.principals.apigateway
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/*/*"
}

resource "aws_lambda_permission" "query" {
  function_name = var.query_function.name
  action        = "lambda:InvokeFunction"
  principal     = var.context.principals.apigateway
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/*/*/entities/*"
}

resource "aws_lambda_permission" "search" {
  function_name = var.search_function.name
  action        = "lambda:InvokeFunction"
  principal     = var.context.principals.apigateway
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/*/*/search"
}

locals {
  optional_environment = merge(var.webhooks.environment, var.quarantine.environment)
}

module "function" {
  source = "../function"

  name            = "${var.context.name}-api"
  description     = "Validates posted events and publishes them to the router's topic."
  handler         = "ingestion.handlers.api.handler"
  timeout_seconds = 29
  concurrency     = var.concurrency
  context         = var.context
  package         = var.package

  environment = merge(local.public_url == null ? {} : { API_URL = local.public_url }, local.optional_environment, {
    TOPIC_ARN        = var.topic_arn
    TABLE_NAME       = var.table.name
    BUCKET           = var.upload_bucket.name
    MAX_UPLOAD_BYTES = tostring(var.upload_bucket.max_upload_bytes)
    OPEN_DOCS        = jsonencode(var.open_docs)
    # Must equal the digests that ingestion/auth/api_keys.py computes.
    API_KEY_DIGESTS = join("", flatten([
      for sender in local.senders : [
        for key in local.valid_keys[sender] :
        nonsensitive(substr(base64sha256("${sender}:${aws_api_gateway_api_key.this[key].value}"), 0, 11))
      ]
    ]))
  })

  statements = concat(var.webhooks.statements, var.quarantine.statements, [
    # AWS authorizes a batch as sns:Publish; the emulator checks sns:PublishBatch.
    { Action = ["sns:Publish", "sns:PublishBatch"], Resource = var.topic_arn },
    # A correction that is older than the stored event is refused.
    { Action = ["dynamodb:GetItem"], Resource = var.table.arn },
    # A presigned URL has the permissions of the function that signed it: to put any file into this folder.
    { Action = ["s3:PutObject"], Resource = "${var.upload_bucket.arn}/uploads/*" },
  ])
}
