# The table of all entities. The names of keys and indexes must equal those in ingestion/store/table.py and time_index.py.

locals {
  entity_name_index = "EntityNameIndex"
  stored_at_index   = "StoredAtIndex"
  reference_indexes = { for field in var.reference_fields : field => "${field}-index" }
  index_names       = concat([local.entity_name_index, local.stored_at_index], values(local.reference_indexes))
}

resource "aws_dynamodb_table" "this" {
  #checkov:skip=CKV_AWS_28:On by default, as a test checks; checkov does not resolve the variable.
  #checkov:skip=CKV_AWS_119:Encrypted with the platform's key by default; checkov does not resolve the variable.
  name                        = "${var.context.name}-entities"
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

  attribute {
    name = "_shard"
    type = "S"
  }

  attribute {
    name = "_stored_at"
    type = "S"
  }

  dynamic "attribute" {
    for_each = var.reference_fields

    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name            = local.entity_name_index
    hash_key        = "ENTITY_NAME"
    range_key       = "ID"
    projection_type = "ALL"
  }

  # Finds the keys of the entities that were stored since a time.
  global_secondary_index {
    name            = local.stored_at_index
    hash_key        = "_shard"
    range_key       = "_stored_at"
    projection_type = "KEYS_ONLY"
  }

  # Finds the entities that refer to an entity: the keys of items that hold its id in this field.
  dynamic "global_secondary_index" {
    for_each = local.reference_indexes

    content {
      name            = global_secondary_index.value
      hash_key        = global_secondary_index.key
      range_key       = "ID"
      projection_type = "KEYS_ONLY"
    }
  }

  # The change feed reads this stream.
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  # Only tombstones have this attribute.
  ttl {
    attribute_name = "_expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled                 = var.table.point_in_time_recovery
    recovery_period_in_days = var.table.point_in_time_recovery ? var.table.recovery_days : null
  }

  server_side_encryption {
    # Without a key, false selects the key that AWS owns, which is free; true would select the AWS managed key, which is not.
    enabled     = var.context.encryption.kms_key_arn != null
    kms_key_arn = var.context.encryption.kms_key_arn
  }
}
