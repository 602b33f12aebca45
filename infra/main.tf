# The platform on one screen, in the order in which an event travels.

locals {
  name = "${var.project}-${var.environment}"

  # The package build checks config/sources.yaml, and writes every setting of every source here.
  manifest = jsondecode(file(replace(var.package_file, "/[.]zip$/", ".json")))
  sources  = local.manifest.sources
  entities = local.manifest.entities

  # Each has a queue and a worker: the sources, and the operator, who may send every entity and is expected at no time.
  lanes = merge(local.sources, { (local.manifest.operator) = { entities = local.entities, expect_every_minutes = null } })

  # What every function has in common.
  function = merge(var.functions, {
    package           = module.package.object
    runtime           = local.manifest.runtime
    metrics_namespace = local.name
    kms_key_arn       = module.encryption.settings.kms_key_arn
  })
}

module "encryption" {
  source = "./modules/encryption"

  name       = local.name
  encryption = var.encryption
}

module "package" {
  source = "./modules/package"

  name            = local.name
  file            = var.package_file
  manifest        = local.manifest
  expected_digest = filesha256("${path.module}/../config/sources.yaml")
  architecture    = var.functions.architecture

  encryption     = module.encryption.settings
  retention_days = var.package_retention_days
}

module "api" {
  source = "./modules/api"

  name       = local.name
  stage      = var.environment
  sources    = local.sources
  operator   = local.manifest.operator
  reader     = var.reader
  query      = { function_name = module.query.function_name, invoke_arn = module.query.invoke_arn }
  api_keys   = var.api_keys
  url_format = var.api_url_format
  domain     = var.domain == null ? null : { name = var.domain.name, is_only_way = var.domain.mutual_tls != null }
  webhooks   = module.webhooks.access
  open_docs  = var.open_docs
  topic_arn  = module.router.topic_arn
  drop       = module.files.drop
  listening  = [for source in module.source : source.listening]
  function   = local.function

  access_log_retention_days = var.api_access_log_days
  key_generations           = var.api_key_generations
  encode_method_paths       = var.encode_method_paths
}

module "webhooks" {
  source = "./modules/webhooks"

  name          = local.name
  sources       = [for name, source in local.sources : name if source.auth == "hmac"]
  recovery_days = var.webhook_secret_recovery_days
  claim_days    = var.webhook_claim_days
  kms_key_arn   = local.function.kms_key_arn
}

module "domain" {
  source   = "./modules/domain"
  for_each = toset(var.domain[*].name)

  stage  = { api_id = module.api.stage.api_id, name = module.api.stage.name }
  domain = var.domain
}

module "waf" {
  source   = "./modules/waf"
  for_each = toset(var.waf.enabled ? ["api"] : [])

  name      = "${local.name}-${each.key}"
  stage_arn = module.api.stage.arn
  waf       = { rate_limit_per_ip = var.waf.rate_limit_per_ip, log_retention_days = var.waf.log_retention_days }

  kms_key_arn = module.encryption.settings.kms_key_arn
}

module "files" {
  source = "./modules/files"

  name      = local.name
  topic_arn = module.router.topic_arn
  files     = var.files
  function  = local.function

  queues     = var.queues
  encryption = module.encryption.settings
}

module "router" {
  source = "./modules/router"

  name = local.name
  # A source leaves the unrouted queue only when its own queue listens.
  sources = [for source in module.source : source.listening]
  tracing = var.functions.tracing

  max_subscriptions = var.max_topic_subscriptions

  queues     = var.queues
  encryption = module.encryption.settings
}

module "source" {
  source   = "./modules/source"
  for_each = toset(keys(local.lanes))

  name      = local.name
  source_id = each.key
  topic     = { arn = module.router.topic_arn, name = module.router.topic_name }
  table     = module.store.table
  worker    = var.worker
  function  = local.function

  queues     = var.queues
  encryption = module.encryption.settings
}

module "store" {
  source = "./modules/store"

  name             = local.name
  table            = var.table
  reference_fields = local.manifest.reference_fields

  queues     = var.queues
  encryption = module.encryption.settings
}

module "query" {
  source = "./modules/query"

  name       = local.name
  auth       = var.reader.auth
  memory_mb  = var.reader.memory_mb
  keys       = module.api.reading_keys
  table      = module.store.table
  index_arns = module.store.index_arns
  function   = local.function
}

module "changes" {
  source = "./modules/changes"

  name       = local.name
  stream_arn = module.store.stream_arn
  changes    = var.changes
  function   = local.function

  queues     = var.queues
  encryption = module.encryption.settings
}

module "subscriber" {
  source   = "./modules/subscriber"
  for_each = var.subscribers

  name          = local.name
  subscriber_id = each.key
  topic         = { arn = module.changes.topic_arn, name = module.changes.topic_name }
  subscriber    = each.value
  entities      = local.entities
  function      = local.function

  queues     = var.queues
  encryption = module.encryption.settings
}

module "observability" {
  source = "./modules/observability"

  name                 = local.name
  audit_retention_days = var.audit_retention_days

  kms_key_arn = module.encryption.settings.kms_key_arn
}

module "metrics" {
  source = "./modules/metrics"

  namespace = local.function.metrics_namespace
  functions = var.metric_filters ? local.watched.functions : {}
}

module "alarms" {
  source = "./modules/alarms"

  name       = local.name
  namespace  = local.function.metrics_namespace
  watched    = local.watched
  alarms     = var.alarms
  queues     = var.queues
  encryption = module.encryption.settings
}

module "dashboard" {
  source = "./modules/dashboard"

  name       = local.name
  namespace  = local.function.metrics_namespace
  region     = var.region
  watched    = local.watched
  alarm_arns = values(module.alarms.arns)
}
