# The whole platform: the resources of a catalog, and what an additional source changes.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

# An apply must get the values of its plan, so this provider does not generate values during a plan.
mock_provider "aws" {
  alias  = "applied"
  source = "./tests/mocks"
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

run "a_packages_catalog_creates_the_platform" {
  command   = apply
  providers = { aws = aws.applied }

  assert {
    condition = alltrue([
      for found in [output.queue_urls, output.dead_letter_queue_urls, output.function_names.workers, nonsensitive(output.api_keys)] :
      keys(found) == ["documents", "operator", "sourceA", "sourceB", "sourceC"] && length(distinct(values(found))) == length(found)
    ])
    error_message = "every source and the operator must have their own queue, dead-letter queue, worker and API key"
  }

  assert {
    condition     = length(setintersection(values(output.queue_urls), values(output.dead_letter_queue_urls))) == 0
    error_message = "the outputs must not confuse queues and dead-letter queues"
  }

  assert {
    condition = alltrue([
      for output in [
        output.api_url, output.topic_arn, output.unrouted_queue_url, output.change_topic_arn, output.change_failures_queue_url
      ] : length(output) > 0
    ])
    error_message = "the outputs must name the API, the topics, the unrouted queue and the queue of failed changes"
  }

  assert {
    condition = (
      output.login_bucket_name == "packages" &&
      toset(keys(module.api.key_ids)) == setunion(keys(nonsensitive(output.api_keys)), ["reader"])
    )
    error_message = "the outputs must name the bucket of environment.json, which names the ids of the API keys"
  }

  assert {
    condition     = length(module.waf) == 0 && length(module.domain) == 0 && output.domain_target == null
    error_message = "there must be no firewall and no domain by default"
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
    error_message = "names must contain the project and the environment"
  }

  assert {
    condition = (
      !contains(values(nonsensitive(output.api_keys)), nonsensitive(output.reader_api_key)) &&
      length(nonsensitive(output.reader_api_key)) > 0
    )
    error_message = "the reader must have its own key"
  }
}

run "an_additional_source_changes_no_other_source" {
  command   = plan
  providers = { aws = aws.applied }

  variables {
    package_file = "tests/fixtures/package_and_one_more.zip"
  }

  assert {
    condition = alltrue([
      for pair in [
        [keys(output.queue_urls), keys(run.a_packages_catalog_creates_the_platform.queue_urls)],
        [keys(output.dead_letter_queue_urls), keys(run.a_packages_catalog_creates_the_platform.dead_letter_queue_urls)],
        [keys(output.function_names.workers), keys(run.a_packages_catalog_creates_the_platform.function_names.workers)],
        nonsensitive([keys(output.api_keys), keys(run.a_packages_catalog_creates_the_platform.api_keys)]),
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
    error_message = "the new source must have the alarms of other sources, and source-silent for its expect_every_minutes"
  }

  assert {
    condition = alltrue(nonsensitive([
      for source in ["documents", "sourceA", "sourceB", "sourceC"] :
      [
        output.queue_urls[source],
        output.dead_letter_queue_urls[source],
        output.function_names.workers[source],
        output.api_keys[source],
        ] == [
        run.a_packages_catalog_creates_the_platform.queue_urls[source],
        run.a_packages_catalog_creates_the_platform.dead_letter_queue_urls[source],
        run.a_packages_catalog_creates_the_platform.function_names.workers[source],
        run.a_packages_catalog_creates_the_platform.api_keys[source],
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
      run.a_packages_catalog_creates_the_platform.api_url,
      run.a_packages_catalog_creates_the_platform.topic_arn,
      run.a_packages_catalog_creates_the_platform.table_name,
      run.a_packages_catalog_creates_the_platform.unrouted_queue_url,
      run.a_packages_catalog_creates_the_platform.function_names.api,
      run.a_packages_catalog_creates_the_platform.function_names.query,
    ]
    error_message = "shared resources must not change"
  }
}

run "a_rotation_makes_the_next_key_the_current_key" {
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
      run.a_packages_catalog_creates_the_platform.next_api_keys["sourceA"],
      run.a_packages_catalog_creates_the_platform.next_api_keys["reader"],
      run.a_packages_catalog_creates_the_platform.api_keys["sourceB"],
      run.a_packages_catalog_creates_the_platform.next_api_keys["sourceB"],
    ])
    error_message = "the next keys must become current, and other keys must not change"
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
    error_message = "every subscriber must have its own queue or one of the platform"
  }

  assert {
    condition     = keys(output.subscriber_dead_letter_queue_urls) == ["billing", "web"]
    error_message = "every subscriber must have a dead-letter queue"
  }

  assert {
    condition     = output.subscriber_secret_names == { web = "${var.project}-test-delivery/web" }
    error_message = "a subscriber with an endpoint must have a secret, and one with its own queue must have none"
  }
}

run "a_source_that_signs_adds_a_firewall_and_a_variable_adds_a_domain" {
  command = plan

  variables {
    package_file = "tests/fixtures/package_with_hmac.zip"
    waf          = { log_retention_days = 30 }
    domain = {
      name            = "api.example.com"
      certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
      mutual_tls      = { truststore_uri = "s3://trust/clients.pem", truststore_version = "1" }
    }
  }

  assert {
    condition     = output.api_url == "https://api.example.com" && length(output.domain_target) > 0
    error_message = "the outputs must hold the domain's URL and the target of its DNS record"
  }

  assert {
    condition     = keys(module.waf) == ["api"] && keys(module.domain) == ["api.example.com"]
    error_message = "there must be a firewall and a domain"
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
    error_message = "names must contain the project and the environment"
  }
}

run "tombstones_can_expire_sooner_if_dead_letters_do" {
  command = plan

  plan_options {
    target = [module.source]
  }

  variables {
    queues = { retention_days = 4, dead_letter_retention_days = 7 }
    table  = { tombstone_days = 8, recovery_days = 7 }
  }

  assert {
    condition     = module.store.table.tombstone_days == 8
    error_message = "tombstone_days must be 8, one more than the retention of dead letters"
  }
}

run "one_key_encrypts_everything_by_default" {
  command = plan

  assert {
    condition = (
      module.encryption.settings.kms_key_arn != null &&
      local.context.encryption.kms_key_arn == module.encryption.settings.kms_key_arn
    )
    error_message = "functions must be encrypted with the platform's key"
  }

  assert {
    condition     = length(module.encryption.settings.deny_statements) == 1
    error_message = "plain HTTP must be denied"
  }
}

run "workers_leave_the_api_a_share_of_the_accounts_concurrency" {
  command = plan

  variables {
    account_concurrency = 262
    api_concurrency     = 100
    worker              = { maximum_concurrency = 25 }
  }

  assert {
    condition     = output.worker_concurrency == 125
    error_message = "the four sources and the operator must use 25 runs each"
  }
}

run "workers_that_leave_the_api_no_share_are_rejected" {
  command = plan

  variables {
    account_concurrency = 100
    worker              = { maximum_concurrency = 25 }
    files               = { extract_concurrency = 0 }
  }

  expect_failures = [output.worker_concurrency]
}
