# The one table: what readers and the worker rely on, and how it is guarded.

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
    error_message = "one item an entity: the key must be ID alone"
  }

  assert {
    condition = contains(
      [for index in aws_dynamodb_table.this.global_secondary_index : [index.name, index.hash_key, index.range_key, index.projection_type]],
      ["EntityNameIndex", "ENTITY_NAME", "ID", "ALL"]
    )
    error_message = "readers query EntityNameIndex by ENTITY_NAME, ordered by ID, and get whole entities"
  }

  assert {
    condition = { for attribute in aws_dynamodb_table.this.attribute : attribute.name => attribute.type } == {
      ID = "S", ENTITY_NAME = "S", contract_id = "S", parent_equipment_id = "S"
    }
    error_message = "all keys must be text"
  }
}

run "who_refers_to_an_entity_is_found_by_an_index_of_each_field" {
  command = plan

  assert {
    condition = toset([
      for index in aws_dynamodb_table.this.global_secondary_index : [index.name, index.hash_key, index.range_key, index.projection_type]
      if index.name != "EntityNameIndex"
      ]) == toset([
      ["contract_id-index", "contract_id", "ID", "KEYS_ONLY"],
      ["parent_equipment_id-index", "parent_equipment_id", "ID", "KEYS_ONLY"],
    ])
    error_message = "every reference field must have one index, which holds keys only, ordered by ID"
  }

  assert {
    condition = toset(output.index_arns) == toset([
      for index in ["EntityNameIndex", "contract_id-index", "parent_equipment_id-index"] : "${aws_dynamodb_table.this.arn}/index/${index}"
    ])
    error_message = "readers must be told every index"
  }
}

run "a_table_without_references_has_one_index" {
  command = plan

  variables {
    reference_fields = []
  }

  assert {
    condition     = length(aws_dynamodb_table.this.global_secondary_index) == 1 && length(output.index_arns) == 1
    error_message = "there must be no index without a field"
  }
}

run "a_reference_field_that_is_no_name_is_refused" {
  command = plan

  variables {
    reference_fields = ["contract id"]
  }

  expect_failures = [var.reference_fields]
}

run "more_indexes_than_a_table_has_are_refused" {
  command = plan

  variables {
    reference_fields = [for n in range(20) : "field_${n}"]
  }

  expect_failures = [var.reference_fields]
}

run "a_delete_is_remembered_and_then_forgotten" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.ttl[0].enabled && aws_dynamodb_table.this.ttl[0].attribute_name == "_expires_at"
    error_message = "the table must delete by the attribute that the worker writes on tombstones only"
  }

  assert {
    condition     = output.table == { name = aws_dynamodb_table.this.name, arn = aws_dynamodb_table.this.arn, tombstone_days = 30 }
    error_message = "the output must describe this table"
  }
}

run "the_stream_tells_what_was_and_what_is" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.stream_enabled && aws_dynamodb_table.this.stream_view_type == "NEW_AND_OLD_IMAGES"
    error_message = "a change holds the entity before and after"
  }

  assert {
    condition     = output.stream_arn == aws_dynamodb_table.this.stream_arn
    error_message = "the output must be this table's stream"
  }
}

run "the_table_is_guarded_and_takes_any_load" {
  command = plan

  assert {
    condition = (
      aws_dynamodb_table.this.point_in_time_recovery[0].enabled &&
      aws_dynamodb_table.this.point_in_time_recovery[0].recovery_period_in_days == 20
    )
    error_message = "the table must be recoverable to any second of the days that were asked for"
  }

  assert {
    condition     = !aws_dynamodb_table.this.server_side_encryption[0].enabled
    error_message = "without a key of ours the table must be encrypted with AWS's own, which is free, not with its managed one"
  }

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "the table must resist deletion"
  }

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST"
    error_message = "a table of fixed capacity throttles a burst"
  }
}

run "the_guard_comes_off_only_where_it_is_told_to" {
  command = plan

  variables {
    table = { deletion_protection = false, point_in_time_recovery = false, tombstone_days = 30, recovery_days = 20 }
  }

  assert {
    condition     = !aws_dynamodb_table.this.deletion_protection_enabled && !aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "deletion protection and recovery must follow the variable"
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
    condition = [for it in aws_dynamodb_table.this.server_side_encryption : [it.enabled, it.kms_key_arn]] == [
      [true, var.context.encryption.kms_key_arn],
    ]
    error_message = "the table, its indexes, stream and backups must be encrypted with the key"
  }
}
