output "api_url" {
  description = "Where sources post: <api_url>/<path>. Where readers ask: <api_url>/entities/<ENTITY>."
  value       = module.api.url
}

output "domain_target" {
  description = "The target of a DNS record for the API's own name, where `domain` names no Route 53 zone."
  value       = one([for domain in module.domain : domain.target])
}

output "api_keys" {
  description = "The API key of each source that has one, and the operator's, for the header x-api-key."
  value       = module.api.keys
  sensitive   = true
}

output "reader_api_key" {
  description = "The API key of those who read, for the header x-api-key."
  value       = module.api.reader_key
  sensitive   = true
}

output "next_api_keys" {
  description = "The API keys that are good as well, by source, operator and reader: to go over to before the others are retired."
  value       = module.api.next_keys
  sensitive   = true
}

output "webhook_secret_names" {
  description = "Where Secrets Manager keeps the secrets of each source that signs: `ingest secrets` manages them."
  value       = module.webhooks.secret_names
}

output "table_name" {
  description = "The table; query its index EntityNameIndex by ENTITY_NAME."
  value       = module.store.table.name
}

output "topic_arn" {
  description = "The router's topic."
  value       = module.router.topic_arn
}

output "queue_urls" {
  description = "The queue of each source, and the operator's."
  value       = { for name, source in module.source : name => source.queue_url }
}

output "dead_letter_queue_urls" {
  description = "The dead-letter queue of each source, and the operator's."
  value       = { for name, source in module.source : name => source.dead_letter_queue_url }
}

output "unrouted_queue_url" {
  description = "The queue of what no source's filter took."
  value       = module.router.unrouted_queue_url
}

output "bucket_name" {
  description = "The drop bucket: put files at uploads/<source>/, find reports at reports/<source>/."
  value       = module.files.drop.bucket.name
}

output "files_failures_queue_url" {
  description = "The queue of calls for dropped files that failed for good."
  value       = module.files.failures_queue_url
}

output "change_topic_arn" {
  description = "The topic that tells every change of an entity."
  value       = module.changes.topic_arn
}

output "change_failures_queue_url" {
  description = "The queue of changes that could not be published."
  value       = module.changes.failures_queue_url
}

output "subscriber_queue_arns" {
  description = "The queue of each subscriber of the change topic."
  value       = { for name, subscriber in module.subscriber : name => subscriber.queue_arn }
}

output "subscriber_dead_letter_queue_urls" {
  description = "Where the changes are that a subscriber did not take."
  value       = { for name, subscriber in module.subscriber : name => subscriber.dead_letter_queue_url }
}

output "function_names" {
  description = "The names of the functions: api, query, changes, extractor, inserter, and the workers by source."
  value = merge(module.files.function_names, {
    api     = module.api.function_name
    query   = module.query.function_name
    changes = module.changes.function_name
    workers = { for name, source in module.source : name => source.function_name }
  })
}

output "audit_log_group" {
  description = "The log of what operators did to dead letters."
  value       = module.observability.audit_log_group
}

output "alarm_topic_arn" {
  description = "The topic that alarms publish to; null without alarms."
  value       = module.alarms.topic_arn
}

output "dashboard_url" {
  description = "The dashboard of the environment, in AWS's console."
  value       = module.dashboard.url
}

output "region" {
  description = "The region that everything is in."
  value       = var.region
}
