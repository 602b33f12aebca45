# The whole platform, in the order in which an event travels.

locals {
  name = "${var.project}-${var.environment}"

  # `make package` validates config/sources.yaml and writes all settings of the sources into the manifest.
  manifest = jsondecode(file(replace(var.package_file, "/[.]zip$/", ".json")))
  sources  = local.manifest.sources
  entities = local.manifest.entities

  # The gateway lets everyone post to these sources: only the function can check their secrets.
  secret_sources = [for name, source in local.sources : name if contains(["hmac", "basic", "bearer"], source.auth)]

  # The catalog's sources and the operator, which may send every entity and has no expected traffic.
  all_sources = merge(local.sources, { (local.manifest.operator) = { entities = local.entities, expect_every_minutes = null } })

  # The most workers that can run at a time.
  worker_concurrency = length(local.all_sources) * var.worker.maximum_concurrency

  # The settings that modules share.
  context = merge(local.naming, {
    queues     = var.queues
    encryption = module.encryption.settings
    function   = merge(var.functions, { runtime = local.manifest.runtime })
  })
}

module "encryption" {
  source = "./modules/encryption"

  context    = local.naming
  encryption = var.encryption
}

module "package" {
  source = "./modules/package"

  context        = local.context
  directory      = dirname(var.package_file)
  manifest       = local.manifest
  catalog_sha256 = filesha256("${path.module}/../config/sources.yaml")
  retention_days = var.package_retention_days
}

module "api" {
  source = "./modules/api"

  context       = local.context
  package       = module.package.objects.functions
  stage         = var.environment
  sources       = local.sources
  operator      = local.manifest.operator
  reader        = var.reader
  url_format    = var.api_url_format
  domain        = var.domain == null ? null : { name = var.domain.name, is_only_endpoint = var.domain.mutual_tls != null }
  webhooks      = module.webhooks.access
  open_docs     = var.open_docs
  concurrency   = var.api_concurrency
  topic_arn     = module.router.topic.arn
  table         = module.store.table
  upload_bucket = module.files.upload_bucket
  quarantine    = local.quarantine

  query_function     = module.query.function
  search_function    = module.search.function
  subscribed_sources = [for source in module.source : source.subscribed_source]

  api_keys                  = var.api_keys
  key_generations           = var.api_key_generations
  access_log_retention_days = var.api_access_log_days
  encode_method_paths       = var.encode_method_paths
  hmac_paths                = var.hmac_paths
}

module "webhooks" {
  source = "./modules/webhooks"

  context       = local.context
  sources       = local.secret_sources
  recovery_days = var.webhook_secret_recovery_days
  claim_days    = var.webhook_claim_days
}

module "domain" {
  source   = "./modules/domain"
  for_each = toset(var.domain[*].name)

  stage  = { api_id = module.api.stage.api_id, name = module.api.stage.name }
  domain = var.domain
}

module "waf" {
  source   = "./modules/waf"
  for_each = toset(coalesce(var.waf.enabled, length(local.secret_sources) > 0) ? ["api"] : [])

  context   = local.context
  stage_arn = module.api.stage.arn
  waf       = { rate_limit_per_ip = var.waf.rate_limit_per_ip, log_retention_days = var.waf.log_retention_days }

  signature_headers    = local.manifest.signature_headers
  hmac_rate_per_second = length(local.secret_sources) > 0 ? var.hmac_paths.rate_per_second : null
}

module "files" {
  source = "./modules/files"

  context   = local.context
  packages  = module.package.objects
  topic_arn = module.router.topic.arn
  table     = module.store.table
  files     = var.files
}

module "router" {
  source = "./modules/router"

  context = local.context
  # A source's events go to the unrouted queue until its own queue is subscribed.
  sources           = [for source in module.source : source.subscribed_source]
  max_subscriptions = var.max_topic_subscriptions
}

module "source" {
  source   = "./modules/source"
  for_each = toset(keys(local.all_sources))

  context   = local.context
  package   = module.package.objects.functions
  source_id = each.key
  topic     = module.router.topic
  table     = module.store.table
  worker    = var.worker
}

module "store" {
  source = "./modules/store"

  context          = local.context
  table            = var.table
  reference_fields = local.manifest.reference_fields
}

module "query" {
  source = "./modules/query"

  context    = local.context
  package    = module.package.objects.functions
  memory_mb  = var.reader.memory_mb
  keys       = module.api.query_keys
  table      = module.store.table
  index_arns = values(module.store.index_arns)
}

module "changes" {
  source = "./modules/changes"

  context    = local.context
  package    = module.package.objects.functions
  stream_arn = module.store.stream_arn
  changes    = var.changes
}

module "search" {
  source = "./modules/search"

  context     = local.context
  package     = module.package.objects.search
  topic       = module.changes.topic
  table       = module.store.table
  text_bucket = { name = module.files.upload_bucket.name, arn = module.files.upload_bucket.arn }
  keys        = module.api.query_keys
  search      = var.search
}

module "subscriber" {
  source   = "./modules/subscriber"
  for_each = var.subscribers

  context       = local.context
  package       = module.package.objects.functions
  subscriber_id = each.key
  topic         = module.changes.topic
  subscriber    = each.value
  entities      = local.entities

  secret_recovery_days = var.webhook_secret_recovery_days
}

module "observability" {
  source = "./modules/observability"

  name                 = local.name
  audit_retention_days = var.audit_retention_days
  kms_key_arn          = module.encryption.settings.kms_key_arn
}

module "alarms" {
  source = "./modules/alarms"

  context     = local.context
  environment = var.environment
  monitored   = local.monitored
  alarms      = var.alarms
}

module "dashboard" {
  source = "./modules/dashboard"

  context     = local.context
  environment = var.environment
  monitored   = local.monitored
  alarm_arns  = values(module.alarms.arns)
}
