# The whole platform: what a catalog becomes, and what one more source changes.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

# Apply must find what plan promised, which random text made twice is not.
mock_provider "aws" {
  alias  = "applied"
  source = "./tests/mocks"
}

variables {
  environment  = "test"
  region       = "eu-central-1"
  package_file = "tests/fixtures/package.zip"
}

# The packages of the fixtures have a catalog of their own, which module.package would refuse.
override_module {
  target          = module.package
  override_during = plan
  outputs         = { object = { bucket = "packages", key = "abc.zip", digest = "q80=" } }
}

run "the_catalog_in_a_package_becomes_a_platform" {
  command   = apply
  providers = { aws = aws.applied }

  assert {
    condition = alltrue([
      for found in [output.queue_urls, output.dead_letter_queue_urls, output.function_names.workers, nonsensitive(output.api_keys)] :
      keys(found) == ["operator", "sourceA", "sourceB", "sourceC"] && length(distinct(values(found))) == length(found)
    ])
    error_message = "every source, and the operator, must have a queue, a dead-letter queue, a worker and an API key of its own"
  }

  assert {
    condition     = length(setintersection(values(output.queue_urls), values(output.dead_letter_queue_urls))) == 0
    error_message = "a dead-letter queue must not be shown as a queue"
  }

  assert {
    condition = alltrue([
      for output in [
        output.api_url, output.topic_arn, output.unrouted_queue_url, output.change_topic_arn, output.change_failures_queue_url
      ] : length(output) > 0
    ])
    error_message = "people need the addresses of the API, the topics, and the queues of what was unrouted or not told"
  }

  assert {
    condition     = length(module.waf) == 0 && length(module.domain) == 0 && output.domain_target == null
    error_message = "there is neither firewall nor name unless wanted"
  }

  assert {
    condition = [
      output.table_name,
      output.function_names.api,
      output.function_names.query,
      output.function_names.changes,
      output.region,
      ] == [
      "ingestion-test-entities", "ingestion-test-api", "ingestion-test-query", "ingestion-test-changes", "eu-central-1"
    ]
    error_message = "names must say the project and the environment"
  }

  assert {
    condition = (
      !contains(values(nonsensitive(output.api_keys)), nonsensitive(output.reader_api_key)) &&
      length(nonsensitive(output.reader_api_key)) > 0
    )
    error_message = "readers must have a key that is nobody else's"
  }
}

run "one_more_entry_is_one_more_of_everything_and_touches_no_other" {
  command   = plan
  providers = { aws = aws.applied }

  variables {
    package_file = "tests/fixtures/package_and_one_more.zip"
  }

  assert {
    condition = alltrue([
      for pair in [
        [keys(output.queue_urls), keys(run.the_catalog_in_a_package_becomes_a_platform.queue_urls)],
        [keys(output.dead_letter_queue_urls), keys(run.the_catalog_in_a_package_becomes_a_platform.dead_letter_queue_urls)],
        [keys(output.function_names.workers), keys(run.the_catalog_in_a_package_becomes_a_platform.function_names.workers)],
        nonsensitive([keys(output.api_keys), keys(run.the_catalog_in_a_package_becomes_a_platform.api_keys)]),
      ] : toset(pair[0]) == setunion(pair[1], ["sourceD"])
    ])
    error_message = "the new source must have exactly one queue, one dead-letter queue, one worker and one API key"
  }

  assert {
    condition = (
      toset([for name in keys(module.alarms.arns) : name if startswith(name, "sourceD-")]) ==
      toset(concat(
        ["sourceD-source-silent"],
        [for name in keys(module.alarms.arns) : replace(name, "sourceA-", "sourceD-") if startswith(name, "sourceA-")],
      ))
    )
    error_message = "the new source must have the alarms that the others have, and that of what its own entry expects"
  }

  assert {
    condition = alltrue(nonsensitive([
      for source in ["sourceA", "sourceB", "sourceC"] :
      [
        output.queue_urls[source],
        output.dead_letter_queue_urls[source],
        output.function_names.workers[source],
        output.api_keys[source],
        ] == [
        run.the_catalog_in_a_package_becomes_a_platform.queue_urls[source],
        run.the_catalog_in_a_package_becomes_a_platform.dead_letter_queue_urls[source],
        run.the_catalog_in_a_package_becomes_a_platform.function_names.workers[source],
        run.the_catalog_in_a_package_becomes_a_platform.api_keys[source],
      ]
    ]))
    error_message = "the other sources must keep their queues, workers and keys"
  }

  assert {
    condition = [
      output.api_url,
      output.topic_arn,
      output.table_name,
      output.unrouted_queue_url,
      output.function_names.api,
      output.function_names.query,
      ] == [
      run.the_catalog_in_a_package_becomes_a_platform.api_url,
      run.the_catalog_in_a_package_becomes_a_platform.topic_arn,
      run.the_catalog_in_a_package_becomes_a_platform.table_name,
      run.the_catalog_in_a_package_becomes_a_platform.unrouted_queue_url,
      run.the_catalog_in_a_package_becomes_a_platform.function_names.api,
      run.the_catalog_in_a_package_becomes_a_platform.function_names.query,
    ]
    error_message = "what all sources share must stay where it is"
  }
}

run "production_is_not_open" {
  command = plan

  variables {
    environment = "prod"
    open_docs   = true
  }

  expect_failures = [var.open_docs]
}

run "a_rotation_retires_the_key_in_use_for_the_next" {
  command   = plan
  providers = { aws = aws.applied }

  variables {
    api_key_generations = { sourceA = 1, reader = 1 }
  }

  assert {
    condition = nonsensitive([
      output.api_keys["sourceA"],
      output.reader_api_key,
      output.api_keys["sourceB"],
      output.next_api_keys["sourceB"],
      ]) == nonsensitive([
      run.the_catalog_in_a_package_becomes_a_platform.next_api_keys["sourceA"],
      run.the_catalog_in_a_package_becomes_a_platform.next_api_keys["reader"],
      run.the_catalog_in_a_package_becomes_a_platform.api_keys["sourceB"],
      run.the_catalog_in_a_package_becomes_a_platform.next_api_keys["sourceB"],
    ])
    error_message = "whoever has gone over to the next key must notice nothing, nor must anyone else"
  }
}

run "one_variable_subscribes_queues_and_endpoints" {
  command = plan

  variables {
    subscribers = {
      billing = { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs.fifo", entities = ["CONTRACT"], kinds = ["created"] }
      web     = { url = "https://example.com/changes" }
    }
  }

  assert {
    condition = (
      keys(output.subscriber_queue_arns) == ["billing", "web"] &&
      output.subscriber_queue_arns.billing == "arn:aws:sqs:eu-central-1:123456789012:theirs.fifo"
    )
    error_message = "every subscriber must have a queue, its own or one of ours"
  }

  assert {
    condition     = keys(output.subscriber_dead_letter_queue_urls) == ["billing", "web"]
    error_message = "every subscriber must have a dead-letter queue"
  }
}

run "a_subscriber_with_neither_queue_nor_endpoint_is_refused" {
  command = plan

  variables {
    subscribers = { web = { kinds = ["created"] } }
  }

  expect_failures = [var.subscribers]
}

run "a_queue_that_keeps_no_order_is_refused" {
  command = plan

  variables {
    subscribers = { web = { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs" } }
  }

  expect_failures = [var.subscribers]
}

run "plain_http_to_elsewhere_is_refused" {
  command = plan

  variables {
    subscribers = { web = { url = "http://example.com" } }
  }

  expect_failures = [var.subscribers]
}

run "a_host_that_only_begins_like_loopback_is_refused" {
  command = plan

  variables {
    subscribers = { web = { url = "http://127.0.0.1.example.com/changes" } }
  }

  expect_failures = [var.subscribers]
}

run "credentials_in_an_address_are_refused" {
  command = plan

  variables {
    subscribers = { web = { url = "https://user:password@example.com/" } }
  }

  expect_failures = [var.subscribers]
}

run "an_unknown_kind_is_refused" {
  command = plan

  variables {
    subscribers = { web = { url = "https://example.com", kinds = ["upserted"] } }
  }

  expect_failures = [var.subscribers]
}

run "an_empty_filter_is_refused" {
  command = plan

  variables {
    subscribers = { web = { url = "https://example.com", entities = [] } }
  }

  expect_failures = [var.subscribers]
}

run "a_bad_subscribers_name_is_refused" {
  command = plan

  variables {
    subscribers = { "web shop" = { url = "https://example.com" } }
  }

  expect_failures = [var.subscribers]
}

run "names_that_differ_by_case_are_refused" {
  command = plan

  variables {
    subscribers = { web = { url = "https://example.com" }, Web = { url = "https://example.com" } }
  }

  expect_failures = [var.subscribers]
}

run "a_queue_of_two_subscribers_is_refused" {
  command = plan

  variables {
    subscribers = {
      web  = { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs.fifo" }
      mail = { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs.fifo" }
    }
  }

  expect_failures = [var.subscribers]
}

run "variables_put_a_firewall_and_a_name_before_the_api" {
  command = plan

  variables {
    waf = { enabled = true, log_retention_days = 30 }
    domain = {
      name            = "api.example.com"
      certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
      mutual_tls      = { truststore_uri = "s3://trust/clients.pem", truststore_version = "1" }
    }
  }

  assert {
    condition     = output.api_url == "https://api.example.com" && length(output.domain_target) > 0
    error_message = "people must be told the API's own name, and what it must point to"
  }

  assert {
    condition     = keys(module.waf) == ["api"] && keys(module.domain) == ["api.example.com"]
    error_message = "the firewall and the name must be there"
  }
}

run "the_longest_names_fit" {
  command = plan

  variables {
    project     = "sixteen-letters-"
    environment = "fifteen-letters"
  }

  assert {
    condition     = output.table_name == "sixteen-letters--fifteen-letters-entities"
    error_message = "names must say the project and the environment"
  }
}

run "bad_names_and_files_are_refused" {
  command = plan

  variables {
    environment  = "Test"
    project      = "ingestion_platform"
    region       = "Frankfurt"
    package_file = "tests/fixtures/never-built.zip"
    account_id   = "1234"
  }

  expect_failures = [var.account_id, var.environment, var.project, var.region, var.package_file]
}

run "a_package_without_the_sources_is_refused" {
  command = plan

  variables {
    package_file = "tests/fixtures/package_without_manifest.zip"
  }

  expect_failures = [var.package_file]
}

run "settings_that_aws_would_refuse_are_refused" {
  command = plan

  variables {
    api_keys       = { sourceA = "too-short" }
    api_url_format = "http://localhost/%s"
    functions      = { architecture = "riscv64" }
    worker         = { maximum_concurrency = 1 }
    files          = { storage_mb = 511 }
    reader         = { auth = "none" }
    queues         = { dead_letter_retention_days = 15 }
    encryption     = { deletion_window_days = 6 }

    package_retention_days = 0.5
    api_access_log_days    = 31
    audit_retention_days   = 31

    webhook_secret_recovery_days = 6
    webhook_claim_days           = 31
    api_key_generations          = { sourceA = 0.5 }
  }

  expect_failures = [
    var.api_keys, var.api_url_format, var.functions, var.worker, var.files, var.reader, var.webhook_secret_recovery_days,
    var.webhook_claim_days, var.api_key_generations, var.queues, var.encryption,
    var.package_retention_days, var.api_access_log_days, var.audit_retention_days,
  ]
}

run "one_key_for_two_sources_little_memory_and_large_batches_are_refused" {
  command = plan

  variables {
    api_keys  = { sourceA = "the-same-key-of-two-sources", sourceB = "the-same-key-of-two-sources" }
    functions = { memory_mb = 64 }
    worker    = { batch_size = 11 }
    reader    = { burst = 0 }
    # Dead letters outlast what still waits.
    queues = { dead_letter_retention_days = 7 }
  }

  expect_failures = [var.api_keys, var.functions, var.worker, var.reader, var.queues]
}

run "logs_and_recovery_for_longer_than_aws_knows_are_refused" {
  command = plan

  variables {
    functions = { log_retention_days = 31 }
    reader    = { memory_mb = 64 }
    table     = { recovery_days = 36 }
  }

  expect_failures = [var.functions, var.reader, var.table]
}

run "a_delete_may_be_forgotten_sooner_where_dead_letters_are" {
  command = plan

  plan_options {
    target = [module.store]
  }

  variables {
    queues = { retention_days = 4, dead_letter_retention_days = 7 }
    table  = { tombstone_days = 8, recovery_days = 7 }
  }

  assert {
    condition     = module.store.table.tombstone_days == 8
    error_message = "8 days outlast a dead letter's 7"
  }
}

run "a_delete_forgotten_before_a_dead_letter_may_return_is_refused" {
  command = plan

  variables {
    queues = { retention_days = 4, dead_letter_retention_days = 7 }
    table  = { tombstone_days = 7 }
  }

  expect_failures = [var.table]
}

run "everything_is_encrypted_with_one_key_unless_told_otherwise" {
  command = plan

  assert {
    condition = (
      module.encryption.settings.kms_key_arn != null &&
      local.context.encryption.kms_key_arn == module.encryption.settings.kms_key_arn
    )
    error_message = "functions, and what they keep secret, must be encrypted with the platform's key"
  }

  assert {
    condition     = length(module.encryption.settings.deny_statements) == 1
    error_message = "plain HTTP must be turned away"
  }
}
