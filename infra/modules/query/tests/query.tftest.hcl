# The function that serves readers: its permissions and its environment.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context   = jsondecode(file("../../tests/fixtures/context.json"))
  package   = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  memory_mb = 1024
  keys      = ["the-readers-key-made-elsewhere", "the-operators-key-made-elsewhere"]
  table     = { name = "ingestion-test-entities", arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-test-entities" }

  index_arns = [
    "arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-test-entities/index/EntityNameIndex",
    "arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-test-entities/index/contract_id-index",
  ]
}

run "the_function_may_only_read_the_table_and_its_indexes" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in jsondecode(module.function.policy).Statement : [for action in s.Action : "${s.Effect} ${action} ${s.Resource}"]
      if !startswith(s.Resource, "arn:aws:logs:")
      ])) == toset(concat(
      [for action in ["GetItem", "BatchGetItem"] : "Allow dynamodb:${action} ${var.table.arn}"],
      [for arn in var.index_arns : "Allow dynamodb:Query ${arn}"],
    ))
    error_message = "apart from its log, the function may only get items of the table and query its indexes"
  }
}

run "the_environment_holds_digests_and_no_keys" {
  command = plan

  assert {
    condition = module.function.environment.READER_KEY_DIGESTS == join(
      "",
      [for key in nonsensitive(var.keys) : substr(base64sha256("reader:${key}"), 0, 11)],
    )
    error_message = "the environment must hold the digests of exactly the given keys"
  }

  assert {
    condition     = !anytrue([for key in nonsensitive(var.keys) : strcontains(jsonencode(module.function.environment), key)])
    error_message = "the function's environment must not contain a key"
  }

  assert {
    condition     = module.function.environment.TABLE_NAME == var.table.name
    error_message = "the function must receive the table's name"
  }
}

run "an_arn_that_is_no_index_is_rejected" {
  command = plan

  variables {
    index_arns = ["arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-test-entities"]
  }

  expect_failures = [var.index_arns]
}

run "a_read_api_without_keys_is_rejected" {
  command = plan

  variables {
    keys = []
  }

  expect_failures = [var.keys]
}
