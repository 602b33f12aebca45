# The one table that all sources end in and all readers query. Names as in ingestion/store.py.

resource "aws_dynamodb_table" "this" {
  name                        = "${var.name}-entities"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "ID"
  deletion_protection_enabled = var.table.deletion_protection

  attribute {
    name = "ID"
    type = "S"
  }

  attribute {
    name = "ENTITY_NAME"
    type = "S"
  }

  global_secondary_index {
    name            = "EntityNameIndex"
    hash_key        = "ENTITY_NAME"
    range_key       = "ID"
    projection_type = "ALL"
  }

  # What the change feed is made of.
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  # Tombstones only: an entity has no such attribute.
  ttl {
    attribute_name = "_expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = var.table.point_in_time_recovery
  }

  server_side_encryption {
    enabled = true
  }
}
