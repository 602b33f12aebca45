# The function that serves readers from the table and its indexes.

module "function" {
  source = "../function"

  name            = "${var.context.name}-query"
  description     = "Serves readers: entities by id, lists and relations."
  handler         = "ingestion.handlers.query.handler"
  timeout_seconds = 29
  memory_mb       = var.memory_mb
  context         = var.context
  package         = var.package

  environment = {
    TABLE_NAME = var.table.name
    # Must equal the digests that ingestion/auth/api_keys.py computes.
    READER_KEY_DIGESTS = join("", [for key in var.keys : nonsensitive(substr(base64sha256("reader:${key}"), 0, 11))])
  }

  statements = concat(
    [{ Action = ["dynamodb:GetItem", "dynamodb:BatchGetItem"], Resource = var.table.arn }],
    [for arn in var.index_arns : { Action = ["dynamodb:Query"], Resource = arn }],
  )
}
