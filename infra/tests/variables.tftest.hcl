# The variables' rules: each run breaks some. `make test` plans them without the resources.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment  = "test"
  region       = "eu-central-1"
  package_file = "tests/fixtures/package.zip"
}

# The fixtures' packages have their own catalog, which module.package would reject.
override_module {
  target          = module.package
  override_during = plan
  outputs = {
    bucket = "packages"
    objects = {
      functions = { bucket = "packages", key = "abc.zip", digest = "q80=" }
      search    = { bucket = "packages", key = "def.zip", digest = "q81=" }
    }
  }
}

run "open_docs_is_rejected_in_prod" {
  command = plan

  variables {
    environment = "prod"
    open_docs   = true
  }

  expect_failures = [var.open_docs]
}

run "a_subscriber_without_queue_and_endpoint_is_rejected" {
  command = plan

  variables {
    subscribers = { web = { kinds = ["created"] } }
  }

  expect_failures = [var.subscribers]
}

run "a_standard_queue_is_rejected" {
  command = plan

  variables {
    subscribers = { web = { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs" } }
  }

  expect_failures = [var.subscribers]
}

run "plain_http_to_another_host_is_rejected" {
  command = plan

  variables {
    subscribers = { web = { url = "http://example.com" } }
  }

  expect_failures = [var.subscribers]
}

run "a_host_that_starts_like_loopback_is_rejected" {
  command = plan

  variables {
    subscribers = { web = { url = "http://127.0.0.1.example.com/changes" } }
  }

  expect_failures = [var.subscribers]
}

run "credentials_in_a_url_are_rejected" {
  command = plan

  variables {
    subscribers = { web = { url = "https://user:password@example.com/" } }
  }

  expect_failures = [var.subscribers]
}

run "an_unknown_kind_is_rejected" {
  command = plan

  variables {
    subscribers = { web = { url = "https://example.com", kinds = ["upserted"] } }
  }

  expect_failures = [var.subscribers]
}

run "an_empty_filter_is_rejected" {
  command = plan

  variables {
    subscribers = { web = { url = "https://example.com", entities = [] } }
  }

  expect_failures = [var.subscribers]
}

run "an_invalid_subscriber_name_is_rejected" {
  command = plan

  variables {
    subscribers = { "web shop" = { url = "https://example.com" } }
  }

  expect_failures = [var.subscribers]
}

run "names_that_differ_by_case_are_rejected" {
  command = plan

  variables {
    subscribers = { web = { url = "https://example.com" }, Web = { url = "https://example.com" } }
  }

  expect_failures = [var.subscribers]
}

run "a_queue_of_two_subscribers_is_rejected" {
  command = plan

  variables {
    subscribers = {
      web  = { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs.fifo" }
      mail = { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs.fifo" }
    }
  }

  expect_failures = [var.subscribers]
}

run "invalid_names_and_files_are_rejected" {
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

run "a_region_of_the_european_sovereign_cloud_is_accepted" {
  command = plan

  variables {
    region = "eusc-de-east-1"
  }

  assert {
    condition     = var.region == "eusc-de-east-1"
    error_message = "regions of every partition must be accepted"
  }
}

run "a_package_without_sources_is_rejected" {
  command = plan

  variables {
    package_file = "tests/fixtures/package_without_manifest.zip"
  }

  expect_failures = [var.package_file]
}

run "settings_outside_awss_limits_are_rejected" {
  command = plan

  variables {
    api_keys       = { sourceA = "too-short" }
    api_url_format = "http://localhost/%s"
    functions      = { architecture = "riscv64" }
    worker         = { maximum_concurrency = 1 }
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
    var.api_keys, var.api_url_format, var.functions, var.worker, var.reader, var.webhook_secret_recovery_days,
    var.webhook_claim_days, var.api_key_generations, var.queues, var.encryption,
    var.package_retention_days, var.api_access_log_days, var.audit_retention_days,
  ]
}

run "duplicate_keys_and_settings_outside_limits_are_rejected" {
  command = plan

  variables {
    api_keys  = { sourceA = "the-same-key-of-two-sources", sourceB = "the-same-key-of-two-sources" }
    functions = { memory_mb = 64 }
    worker    = { batch_size = 11 }
    reader    = { burst = 0 }

    hmac_paths = { rate_per_second = 10001 }
    # Less than the default of queues.retention_days.
    queues = { dead_letter_retention_days = 7 }
  }

  expect_failures = [var.api_keys, var.functions, var.worker, var.reader, var.queues, var.hmac_paths]
}

run "unsupported_retentions_are_rejected" {
  command = plan

  variables {
    functions = { log_retention_days = 31 }
    reader    = { memory_mb = 64 }
    table     = { recovery_days = 36 }
    files     = { storage_mb = 511 }
  }

  expect_failures = [var.functions, var.reader, var.table, var.files]
}

run "tombstones_that_expire_before_dead_letters_are_rejected" {
  command = plan

  variables {
    queues = { retention_days = 4, dead_letter_retention_days = 7 }
    table  = { tombstone_days = 7 }
  }

  expect_failures = [var.table]
}

run "an_account_without_concurrency_is_rejected" {
  command = plan

  variables {
    account_concurrency = 0
  }

  expect_failures = [var.account_concurrency]
}

run "a_reserved_concurrency_of_zero_is_rejected" {
  command = plan

  variables {
    api_concurrency = 0
  }

  expect_failures = [var.api_concurrency]
}

run "reserved_concurrency_must_leave_100_unreserved" {
  command = plan

  variables {
    account_concurrency = 300
    api_concurrency     = 91
    files               = { extract_concurrency = 10, insert_concurrency = 100 }
  }

  expect_failures = [var.account_concurrency]
}

run "requests_that_expire_before_their_dead_letters_are_rejected" {
  command = plan

  variables {
    files = { quarantine_retention_days = 13 }
  }

  expect_failures = [var.files]
}
