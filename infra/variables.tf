locals {
  # The days for which CloudWatch Logs can keep a log.
  log_retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653]
}

variable "environment" {
  description = "Sets one deployment apart from the others of an account; part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,14}$", var.environment))
    error_message = "environment must be 1 to 15 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "region" {
  description = "AWS region that everything is in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region such as eu-central-1."
  }
}

variable "package_file" {
  description = "The zip that the functions run, as `make package` builds it; its manifest lies beside it as <name>.json."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.package_file, ".zip") && fileexists(var.package_file)
    error_message = "package_file must be an existing .zip: run `make package` first."
  }

  validation {
    condition     = can(jsondecode(file(replace(var.package_file, "/[.]zip$/", ".json"))).sources)
    error_message = "package_file must have a manifest with the sources beside it: run `make package` again."
  }
}

variable "project" {
  description = "First part of every name."
  type        = string
  default     = "ingestion"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.project))
    error_message = "project must be 1 to 16 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "account_id" {
  description = "The AWS account of the environment (default: any). Terraform refuses the credentials of another account."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be the 12 digits of an AWS account, in quotes."
  }
}

variable "api_keys" {
  description = "API keys by source, `operator` and `reader`, as <name>.n after n rotations. API Gateway makes the missing ones."
  type        = map(string)
  default     = {}
  nullable    = false
  sensitive   = true

  validation {
    condition     = alltrue([for key in values(var.api_keys) : length(key) >= 20 && length(key) <= 128])
    error_message = "Every API key must have 20 to 128 characters."
  }

  validation {
    condition     = length(distinct(values(var.api_keys))) == length(var.api_keys)
    error_message = "Every source must have an API key of its own."
  }
}

variable "api_key_generations" {
  description = "Rotations of the API key by source, `operator` and `reader`. One more replaces the current key by the next one."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for generation in values(var.api_key_generations) : generation >= 0 && floor(generation) == generation])
    error_message = "api_key_generations must be whole numbers."
  }
}

variable "webhook_secret_recovery_days" {
  description = "Days in which a deleted secret of a source that signs can be restored, and its name is taken; 0 deletes for good."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains(concat([0], range(7, 31)), var.webhook_secret_recovery_days)
    error_message = "webhook_secret_recovery_days must be 0, or a whole number from 7 to 30."
  }
}

variable "webhook_claim_days" {
  description = "Days for which a message of a source that signs is remembered, so that a repeat is known."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.webhook_claim_days >= 1 && var.webhook_claim_days <= 30 && floor(var.webhook_claim_days) == var.webhook_claim_days
    error_message = "webhook_claim_days must be a whole number from 1 to 30: senders give a delivery up after three or four days."
  }
}

variable "encode_method_paths" {
  description = "Name methods in the stage's settings with ~1 for a slash, as API Gateway does and the emulator does not."
  type        = bool
  default     = true
  nullable    = false
}

variable "api_url_format" {
  description = "The API's address, made of its id and its stage (%s, %s); default: the address that AWS assigns."
  type        = string
  default     = null

  validation {
    condition     = var.api_url_format == null || can(format(var.api_url_format, "id", "stage"))
    error_message = "api_url_format must hold %s twice: the API's id and its stage."
  }
}

variable "domain" {
  description = "The API's own name and its certificate in this region's ACM (default: the address that AWS assigns)."
  type = object({
    name            = string
    certificate_arn = string
    # Proves who owns the name, where the certificate is imported.
    ownership_certificate_arn = optional(string)
    # The Route 53 zone that gets a record.
    hosted_zone_id = optional(string)
    # The certificates that callers must have; the API then has no other address.
    mutual_tls = optional(object({ truststore_uri = string, truststore_version = string }))
  })
  default = null
}

variable "waf" {
  description = "A firewall before the API."
  type = object({
    enabled = optional(bool, false)
    # Requests of one address in five minutes.
    rate_limit_per_ip = optional(number, 15000)
    # Days that the log of requests is kept; null: no log.
    log_retention_days = optional(number)
  })
  default  = {}
  nullable = false
}

variable "open_docs" {
  description = "Let anyone read <api_url>/openapi.json and the page <api_url>/docs (default: a source's key, and no page)."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.open_docs || contains(["local", "dev"], var.environment)
    error_message = "open_docs is for the environments local and dev only: what is open has no rate of its own."
  }
}

variable "functions" {
  description = "How every function runs: processor, memory, days that its logs are kept, and whether X-Ray traces it."
  type = object({
    architecture       = optional(string, "arm64")
    memory_mb          = optional(number, 512)
    log_retention_days = optional(number, 30)
    tracing            = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.functions.architecture)
    error_message = "functions.architecture must be arm64 or x86_64."
  }

  validation {
    condition     = var.functions.memory_mb >= 128 && var.functions.memory_mb <= 10240
    error_message = "functions.memory_mb must be from 128 to 10240."
  }

  validation {
    condition     = contains(local.log_retentions, var.functions.log_retention_days)
    error_message = "functions.log_retention_days must be a retention that CloudWatch Logs knows, such as 30 or 365."
  }
}

variable "audit_retention_days" {
  description = "Days that the audit log of redrives, edits and drops is kept."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains(local.log_retentions, var.audit_retention_days)
    error_message = "audit_retention_days must be a retention that CloudWatch Logs knows, such as 30 or 365."
  }
}

variable "api_access_log_days" {
  description = "Days that the API's access log is kept (default: no log). It needs a role of the whole account: docs/deploy.md."
  type        = number
  default     = null

  validation {
    condition     = contains(local.log_retentions, coalesce(var.api_access_log_days, 1))
    error_message = "api_access_log_days must be a retention that CloudWatch Logs knows, such as 30 or 365."
  }
}

variable "package_retention_days" {
  description = "Days that what is deleted or replaced in the package bucket is kept; for ever: null."
  type        = number
  default     = 30

  validation {
    condition = var.package_retention_days == null || try(
      var.package_retention_days >= 1 && floor(var.package_retention_days) == var.package_retention_days, false
    )
    error_message = "package_retention_days must be a whole number from 1, or null for ever."
  }
}

variable "encryption" {
  description = "How everything that is kept is encrypted."
  type = object({
    # A key of the environment's own, which costs a dollar a month and its use; false: AWS's keys.
    customer_managed_key = optional(bool, true)
    # Days in which a deleted key can be restored.
    deletion_window_days = optional(number, 30)
    # Buckets, topics and queues deny requests without TLS.
    tls_only = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.encryption.deletion_window_days >= 7 && var.encryption.deletion_window_days <= 30
    error_message = "encryption.deletion_window_days must be from 7 to 30."
  }
}

variable "queues" {
  description = "Days that queues keep messages."
  type = object({
    # Events in the queue of their source.
    retention_days = optional(number, 14)
    # Dead letters, unrouted messages, failed calls, and changes that a subscriber did not accept.
    dead_letter_retention_days = optional(number, 14)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for days in values(var.queues) : days >= 1 && days <= 14 && floor(days) == days])
    error_message = "queues must keep messages for whole days, from 1 to 14, the most that SQS knows."
  }

  validation {
    condition     = var.queues.retention_days <= var.queues.dead_letter_retention_days
    error_message = "queues.dead_letter_retention_days must not be less than queues.retention_days: dead letters outlast what still waits."
  }
}

variable "max_topic_subscriptions" {
  description = "Subscriptions that SNS allows the router's FIFO topic. The platform has two of them, the sources the others."
  type        = number
  default     = 100
  nullable    = false
}

variable "worker" {
  description = "How many workers may run at once for one source, and how many records one takes at a time."
  type = object({
    maximum_concurrency = optional(number, 20)
    batch_size          = optional(number, 10)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.worker.maximum_concurrency >= 2 && var.worker.maximum_concurrency <= 1000
    error_message = "worker.maximum_concurrency must be from 2 to 1000."
  }

  validation {
    condition     = var.worker.batch_size >= 1 && var.worker.batch_size <= 10
    error_message = "worker.batch_size must be from 1 to 10, the most that a FIFO queue gives."
  }
}

variable "reader" {
  description = "The read API: its authentication (api_key), its rate, and the memory of its function."
  type = object({
    auth            = optional(string, "api_key")
    rate_per_second = optional(number, 50)
    burst           = optional(number, 100)
    memory_mb       = optional(number, 1024)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["api_key"], var.reader.auth)
    error_message = "reader.auth must be api_key."
  }

  validation {
    condition = (
      var.reader.rate_per_second >= 1 && var.reader.rate_per_second <= 10000 &&
      var.reader.burst >= 1 && var.reader.burst <= 5000
    )
    error_message = "reader.rate_per_second must be from 1 to 10000, reader.burst from 1 to 5000."
  }

  validation {
    condition     = var.reader.memory_mb >= 128 && var.reader.memory_mb <= 10240
    error_message = "reader.memory_mb must be from 128 to 10240."
  }
}

variable "files" {
  description = "How dropped files are processed and how long they are kept."
  type = object({
    # Memory and disk of the function that reads files. A file may have a quarter of the disk.
    memory_mb  = optional(number, 1769)
    storage_mb = optional(number, 2048)
    # Parts that are published at once; null: no limit.
    insert_concurrency = optional(number)
    # Days that all objects of the drop bucket are kept; null: for ever.
    retention_days = optional(number)
    # Days that replaced and deleted files are kept; null: as long as the others.
    noncurrent_retention_days = optional(number)
    # Destroy the bucket with its files.
    force_destroy = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.files.storage_mb >= 512 && var.files.storage_mb <= 10240
    error_message = "files.storage_mb must be from 512 to 10240."
  }
}

variable "table" {
  description = "How the table is protected."
  type = object({
    deletion_protection    = optional(bool, true)
    point_in_time_recovery = optional(bool, true)
    # Days of the point-in-time recovery; null: 35.
    recovery_days = optional(number)
    # Days that a tombstone keeps a late older event from restoring a deleted entity.
    tombstone_days = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.table.tombstone_days >= var.queues.dead_letter_retention_days + 1
    error_message = "table.tombstone_days must be more than queues.dead_letter_retention_days: dead letters may be redriven for so long."
  }

  validation {
    condition     = var.table.recovery_days == null || try(var.table.recovery_days >= 1 && var.table.recovery_days <= 35, false)
    error_message = "table.recovery_days must be from 1 to 35, the most that DynamoDB knows."
  }
}

variable "changes" {
  description = "How the table's stream is read: batches, parallel runs, and retries until a record goes to the failures queue."
  type = object({
    batch_size                 = optional(number, 100)
    batching_window_seconds    = optional(number, 0)
    parallelization_factor     = optional(number, 2)
    maximum_retry_attempts     = optional(number, 20)
    maximum_record_age_seconds = optional(number, 3600)
  })
  default  = {}
  nullable = false
}

variable "subscribers" {
  description = "Receivers of changes by name: a FIFO queue or an HTTPS endpoint, and its entities and kinds (default: all)."
  type = map(object({
    queue_arn = optional(string)
    url       = optional(string)
    entities  = optional(list(string))
    kinds     = optional(list(string))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.subscribers) : can(regex("^[A-Za-z][A-Za-z0-9_-]{0,19}$", name))])
    error_message = "A subscriber's name must be letters, digits, - and _, beginning with a letter, at most 20."
  }

  validation {
    condition     = length(distinct([for name in keys(var.subscribers) : lower(name)])) == length(var.subscribers)
    error_message = "Subscribers' names must differ by more than case."
  }

  validation {
    condition     = alltrue([for it in values(var.subscribers) : (it.queue_arn == null) != (it.url == null)])
    error_message = "A subscriber must have a queue_arn or a url, and not both."
  }

  validation {
    condition     = length(distinct(compact(values(var.subscribers)[*].queue_arn))) == length(compact(values(var.subscribers)[*].queue_arn))
    error_message = "Every subscriber must have a queue_arn of its own: the topic knows a queue once."
  }

  validation {
    condition = alltrue([
      for it in values(var.subscribers) :
      it.queue_arn == null || can(regex("^arn:[a-z-]+:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+[.]fifo$", it.queue_arn))
    ])
    error_message = "A subscriber's queue_arn must be that of an SQS FIFO queue: no other keeps the order of an entity's changes."
  }

  validation {
    condition = alltrue([
      for it in values(var.subscribers) :
      it.url == null || can(regex("^https://[^/?#@[:space:]]+([/?][^#[:space:]]*)?$", it.url)) ||
      can(regex("^http://(localhost|127[.]0[.]0[.]1|\\[::1\\])(:[0-9]+)?([/?][^#[:space:]]*)?$", it.url))
    ])
    error_message = "A subscriber's url must be https://…, without user name and fragment; http:// only to loopback."
  }

  validation {
    condition = alltrue([
      for it in values(var.subscribers) : length(setsubtract(coalesce(it.kinds, []), ["created", "updated", "deleted"])) == 0
    ])
    error_message = "A subscriber's kinds must be some of created, updated and deleted."
  }

  validation {
    condition = alltrue(flatten([
      for it in values(var.subscribers) : [for wanted in [it.kinds, it.entities] : try(length(wanted) > 0, true)]
    ]))
    error_message = "A subscriber that wants no entity or no kind gets nothing: leave the list out for all."
  }
}

variable "alarms" {
  description = "Alarms: their receivers, the address of the runbook, and the thresholds that docs/operations.md explains."
  type = object({
    enabled                  = optional(bool, true)
    emails                   = optional(list(string), [])
    topic_arns               = optional(list(string), [])
    runbook                  = optional(string, "docs/operations.md")
    oldest_message_seconds   = optional(number, 900)
    dead_letter_age_days     = optional(number)
    api_5xx                  = optional(number, 5)
    api_4xx_percent          = optional(number, 50)
    api_4xx_minimum_requests = optional(number, 20)
    iterator_age_seconds     = optional(number, 300)
    ledger_events            = optional(number, 0)
    ledger_percent           = optional(number, 0.1)
    missing_events           = optional(number, 10)
    missing_percent          = optional(number, 20)
  })
  default  = {}
  nullable = false
}

variable "s3_use_path_style" {
  description = "Address buckets by path and not by host name, for endpoints without wildcard names."
  type        = bool
  default     = false
  nullable    = false
}
