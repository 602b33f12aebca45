# The table of entities: its keys, indexes, stream and protection.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context = jsondecode(file("../../tests/fixtures/context.json"))
  table   = { deletion_protection = true, point_in_time_recovery = true, tombstone_days = 30, recovery_days = 20 }

  reference_fields = ["contract_id", "parent_equipment_id"]
}

run "entities_are_found_by_id_and_by_entity_name" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.hash_key == "ID" && aws_dynamodb_table.this.range_key == null
    error_message = "the key must be ID alone, so that an entity has one item"
  }

  assert {
    condition = contains(
      [for index in aws_dynamodb_table.this.global_secondary_index : [index.name, index.hash_key, index.range_key, index.projection_type]],
      ["EntityNameIndex", "ENTITY_NAME", "ID", "ALL"]
    )
    error_message = "EntityNameIndex must have the keys ENTITY_NAME and ID and project whole entities"
  }

  assert {
    condition = { for attribute in aws_dynamodb_table.this.attribute : attribute.name => attribute.type } == {
      ID = "S", ENTITY_NAME = "S", _shard = "S", _stored_at = "S", contract_id = "S", parent_equipment_id = "S"
    }
    error_message = "all keys must be strings"
  }
}

run "entities_are_found_by_the_time_when_they_were_stored" {
  command = plan

  assert {
    condition = contains(
      [for index in aws_dynamodb_table.this.global_secondary_index : [index.name, index.hash_key, index.range_key, index.projection_type]],
      ["StoredAtIndex", "_shard", "_stored_at", "KEYS_ONLY"]
    )
    error_message = "StoredAtIndex must have the keys _shard and _stored_at and project keys only"
  }
}

run "every_reference_field_has_an_index" {
  command = plan

  assert {
    condition = toset([
      for index in aws_dynamodb_table.this.global_secondary_index : [index.name, index.hash_key, index.range_key, index.projection_type]
      if !contains(["EntityNameIndex", "StoredAtIndex"], index.name)
      ]) == toset([
      ["contract_id-index", "contract_id", "ID", "KEYS_ONLY"],
      ["parent_equipment_id-index", "parent_equipment_id", "ID", "KEYS_ONLY"],
    ])
    error_message = "every reference field must have one index with the range key ID that projects keys only"
  }

  assert {
    condition = toset(values(output.index_arns)) == toset([
      for index in ["EntityNameIndex", "StoredAtIndex", "contract_id-index", "parent_equipment_id-index"] :
      "${aws_dynamodb_table.this.arn}/index/${index}"
    ])
    error_message = "the output must name every index"
  }
}

run "a_table_without_references_has_two_indexes" {
  command = plan

  variables {
    reference_fields = []
  }

  assert {
    condition     = length(aws_dynamodb_table.this.global_secondary_index) == 2 && length(output.index_arns) == 2
    error_message = "a table without reference fields must have EntityNameIndex and StoredAtIndex only"
  }
}

run "an_invalid_reference_field_is_rejected" {
  command = plan

  variables {
    reference_fields = ["contract id"]
  }

  expect_failures = [var.reference_fields]
}

run "more_indexes_than_dynamodb_allows_are_rejected" {
  command = plan

  variables {
    reference_fields = [for n in range(19) : "field_${n}"]
  }

  expect_failures = [var.reference_fields]
}

run "tombstones_expire" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.ttl[0].enabled && aws_dynamodb_table.this.ttl[0].attribute_name == "_expires_at"
    error_message = "the TTL attribute must be the one that the worker writes to tombstones only"
  }

  assert {
    condition     = output.table == { name = aws_dynamodb_table.this.name, arn = aws_dynamodb_table.this.arn, tombstone_days = 30 }
    error_message = "the output must describe this table"
  }
}

run "the_stream_holds_old_and_new_images" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.stream_enabled && aws_dynamodb_table.this.stream_view_type == "NEW_AND_OLD_IMAGES"
    error_message = "a stream record must hold the entity before and after the change"
  }

  assert {
    condition     = output.stream_arn == aws_dynamodb_table.this.stream_arn
    error_message = "the output must be this table's stream"
  }
}

run "the_table_is_protected_and_scales_on_demand" {
  command = plan

  assert {
    condition = (
      aws_dynamodb_table.this.point_in_time_recovery[0].enabled &&
      aws_dynamodb_table.this.point_in_time_recovery[0].recovery_period_in_days == 20
    )
    error_message = "point-in-time recovery must cover the given days"
  }

  assert {
    condition     = !aws_dynamodb_table.this.server_side_encryption[0].enabled
    error_message = "without a KMS key the table must use the key that AWS owns, which is free"
  }

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "the table must have deletion protection"
  }

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST"
    error_message = "the table must be billed on demand, or a burst is throttled"
  }
}

run "protection_can_be_disabled" {
  command = plan

  variables {
    table = { deletion_protection = false, point_in_time_recovery = false, tombstone_days = 30, recovery_days = 20 }
  }

  assert {
    condition     = !aws_dynamodb_table.this.deletion_protection_enabled && !aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "deletion protection and recovery must follow var.table"
  }
}

run "the_key_encrypts_the_table" {
  command = plan

  variables {
    context = merge(var.context, {
      encryption = {
        kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/1"
        deny_statements = []
      }
    })
  }

  assert {
    condition = [for encryption in aws_dynamodb_table.this.server_side_encryption : [encryption.enabled, encryption.kms_key_arn]] == [
      [true, var.context.encryption.kms_key_arn],
    ]
    error_message = "the table, its indexes, stream and backups must be encrypted with the key"
  }
}
