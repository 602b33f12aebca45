# The outputs without keys and secrets. `ingest login` reads a copy of them.
locals {
  outputs = {
    api_url                           = module.api.url
    webhook_secret_names              = module.webhooks.secret_names
    table_name                        = module.store.table.name
    topic_arn                         = module.router.topic.arn
    queue_urls                        = { for name, source in module.source : name => source.queue.url }
    dead_letter_queue_urls            = { for name, source in module.source : name => source.dead_letter_queue.url }
    unrouted_queue_url                = module.router.unrouted_queue.url
    bucket_name                       = module.files.upload_bucket.name
    files_retention_days              = var.files.retention_days
    files_failures_queue_url          = module.files.failures_queue.url
    change_topic_arn                  = module.changes.topic.arn
    change_failures_queue_url         = module.changes.failures_queue.url
    search_queue_url                  = module.search.queue.url
    search_failures_queue_url         = module.search.failures_queue.url
    search_undelivered_queue_url      = module.search.undelivered_queue.url
    search_index_bucket               = module.search.index_bucket
    subscriber_queue_arns             = { for name, subscriber in module.subscriber : name => subscriber.queue_arn }
    subscriber_dead_letter_queue_urls = { for name, subscriber in module.subscriber : name => subscriber.dead_letter_queue.url }
    subscriber_secret_names = {
      for name, subscriber in module.subscriber : name => subscriber.delivery.secret_name if var.subscribers[name].url != null
    }
    function_names = merge(module.files.function_names, {
      api     = module.api.function_name
      query   = module.query.function.name
      changes = module.changes.function_name
      indexer = module.search.indexer_name
      search  = module.search.function.name
      workers = { for name, source in module.source : name => source.function_name }
      deliveries = {
        for name, subscriber in module.subscriber : name => subscriber.delivery.function_name if var.subscribers[name].url != null
      }
    })
    audit_log_group = module.observability.audit_log_group
    region          = var.region
  }
}

output "api_url" {
  description = "The base URL of the API: sources post to <api_url>/<path>, readers get <api_url>/entities/<ENTITY>."
  value       = local.outputs.api_url
}

output "domain_target" {
  description = "The target for a DNS record of the API's own name, if `domain` has no hosted_zone_id."
  value       = one([for domain in module.domain : domain.target])
}

output "api_keys" {
  description = "The API keys of the operator and of sources with auth api_key, for the header x-api-key."
  value       = module.api.keys
  sensitive   = true
}

output "reader_api_key" {
  description = "The API key of the reader, for the header x-api-key."
  value       = module.api.reader_key
  sensitive   = true
}

output "next_api_keys" {
  description = "The next API keys by source, operator and reader. They are already valid; change to them before a rotation."
  value       = module.api.next_keys
  sensitive   = true
}

output "webhook_secret_names" {
  description = "The Secrets Manager secret of each source with auth hmac, basic or bearer; `ingest secrets` manages them."
  value       = local.outputs.webhook_secret_names
}

output "table_name" {
  description = "The table of all entities; its index EntityNameIndex has the key ENTITY_NAME."
  value       = local.outputs.table_name
}

output "topic_arn" {
  description = "The topic that receives all events."
  value       = local.outputs.topic_arn
}

output "queue_urls" {
  description = "The queues of the sources and of the operator."
  value       = local.outputs.queue_urls
}

output "dead_letter_queue_urls" {
  description = "The dead-letter queues of the sources and of the operator."
  value       = local.outputs.dead_letter_queue_urls
}

output "unrouted_queue_url" {
  description = "The queue of events that match no source."
  value       = local.outputs.unrouted_queue_url
}

output "bucket_name" {
  description = "The bucket of uploads: upload files to uploads/<source>/, read reports in reports/<source>/."
  value       = local.outputs.bucket_name
}

output "login_bucket_name" {
  description = "The bucket of environment.json, which `ingest login --bucket` reads: names and URLs, no keys."
  value       = module.login.object.bucket
}

output "files_retention_days" {
  description = "The days after which uploads and their reports expire; null if they are kept forever."
  value       = local.outputs.files_retention_days
}

output "files_failures_queue_url" {
  description = "The queue of failed calls for uploaded files."
  value       = local.outputs.files_failures_queue_url
}

output "change_topic_arn" {
  description = "The topic that publishes every change of an entity."
  value       = local.outputs.change_topic_arn
}

output "change_failures_queue_url" {
  description = "The queue of changes that failed to be published."
  value       = local.outputs.change_failures_queue_url
}

output "search_queue_url" {
  description = "The queue of changes that the indexer reads."
  value       = local.outputs.search_queue_url
}

output "search_failures_queue_url" {
  description = "The queue of changes that were not indexed."
  value       = local.outputs.search_failures_queue_url
}

output "search_undelivered_queue_url" {
  description = "The queue of changes that the change topic could not deliver to the queue of search."
  value       = local.outputs.search_undelivered_queue_url
}

output "search_index_bucket" {
  description = "The bucket of the index of search, which `ingest search rebuild` builds again."
  value       = local.outputs.search_index_bucket
}

output "subscriber_queue_arns" {
  description = "The queues of the subscribers of the change topic."
  value       = local.outputs.subscriber_queue_arns
}

output "subscriber_dead_letter_queue_urls" {
  description = "The dead-letter queues of the subscribers."
  value       = local.outputs.subscriber_dead_letter_queue_urls
}

output "subscriber_secret_names" {
  description = "The Secrets Manager secret of each subscriber with an endpoint; `ingest secrets` manages them."
  value       = local.outputs.subscriber_secret_names
}

output "function_names" {
  description = "The function names: api, query, changes, extractor, inserter, the workers by source, the deliveries by subscriber."
  value       = local.outputs.function_names
}

output "audit_log_group" {
  description = "The audit log group: what operators did to dead letters, entities, uploaded files and webhook secrets."
  value       = local.outputs.audit_log_group
}

output "alarm_topic_arn" {
  description = "The topic that alarms publish to; null if alarms are disabled."
  value       = module.alarms.topic_arn
}

output "dashboard_url" {
  description = "The address of the dashboard in the AWS console."
  value       = module.dashboard.url
}

output "region" {
  description = "The AWS region of the environment."
  value       = local.outputs.region
}

output "worker_concurrency" {
  description = "The most workers that run at a time: worker.maximum_concurrency for each source and the operator."
  value       = local.worker_concurrency

  # Workers that use all runs of the account would stop the API.
  precondition {
    condition = local.worker_concurrency + local.reserved_concurrency + local.shared_concurrency <= var.account_concurrency
    error_message = join(" ", [
      "The workers of ${length(local.sources)} sources and the operator may use ${local.worker_concurrency} runs, and",
      "${local.reserved_concurrency} are reserved. They must leave ${local.shared_concurrency} of",
      "account_concurrency = ${var.account_concurrency} to the other functions.",
      "Set worker.maximum_concurrency (${var.worker.maximum_concurrency}) to at most",
      "${floor((var.account_concurrency - local.reserved_concurrency - local.shared_concurrency) / length(local.all_sources))},",
      "or ask AWS for more concurrency and set account_concurrency to what `aws lambda get-account-settings` prints.",
    ])
  }
}
