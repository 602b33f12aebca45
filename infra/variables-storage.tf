# Settings of queues, workers, files and the table.

variable "queues" {
  description = "Days that queues keep messages."
  type = object({
    # Events in the queues of sources.
    retention_days = optional(number, 14)
    # Dead letters, unrouted messages, failed calls and undelivered changes.
    dead_letter_retention_days = optional(number, 14)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for days in values(var.queues) : days >= 1 && days <= 14 && floor(days) == days])
    error_message = "queues.retention_days and dead_letter_retention_days must be whole numbers from 1 to 14, the limit of SQS."
  }

  validation {
    condition     = var.queues.retention_days <= var.queues.dead_letter_retention_days
    error_message = "queues.dead_letter_retention_days must be at least queues.retention_days."
  }
}

variable "max_topic_subscriptions" {
  description = "Subscriptions that SNS allows a FIFO topic. The router uses two of them and each source one."
  type        = number
  default     = 100
  nullable    = false
}

variable "worker" {
  description = "The maximum of concurrent workers of a source, and the records in one batch."
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
    error_message = "worker.batch_size must be from 1 to 10, the limit of FIFO queues."
  }
}

locals {
  # A tenth of the account is left to the functions that reserve none: the API, unless it does, queries, changes, files, deliveries.
  shared_concurrency   = ceil(var.account_concurrency / 10)
  reserved_concurrency = coalesce(var.api_concurrency, 0) + var.files.extract_concurrency + coalesce(var.files.insert_concurrency, 0)
}

variable "account_concurrency" {
  description = "The concurrent runs that Lambda allows the account in the region; `aws lambda get-account-settings` prints the number."
  type        = number
  default     = 1000
  nullable    = false

  validation {
    condition     = var.account_concurrency >= 10 && floor(var.account_concurrency) == var.account_concurrency
    error_message = "account_concurrency must be a whole number from 10, which new accounts have."
  }

  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
  validation {
    condition = local.reserved_concurrency == 0 || var.account_concurrency - local.reserved_concurrency >= 100
    error_message = join(" ", [
      "api_concurrency, files.extract_concurrency (0: none) and files.insert_concurrency reserve ${local.reserved_concurrency} runs. They",
      "must leave 100 of the account's ${var.account_concurrency} unreserved, which Lambda requires. Lower them, or ask AWS for more.",
    ])
  }
}

variable "files" {
  description = "How uploaded files are processed and how long they are kept."
  type = object({
    # Memory and disk of the function that reads files. A file may fill a quarter of the disk.
    memory_mb  = optional(number, 1769)
    storage_mb = optional(number, 2048)
    # Files that are read at the same time. Reserves this part of the account's concurrency. 0: reserve none.
    extract_concurrency = optional(number, 10)
    # Parts of files that are published concurrently (default: no limit).
    insert_concurrency = optional(number)
    # Days that uploads, their parts and their reports are kept (default: forever).
    retention_days = optional(number)
    # Days that replaced and deleted files are kept (default: retention_days, or 30 days). 0: forever.
    noncurrent_retention_days = optional(number)
    # Days that requests in quarantine are kept. 0: forever.
    quarantine_retention_days = optional(number, 30)
    # Let Terraform delete a bucket that contains files.
    force_destroy = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.files.storage_mb >= 512 && var.files.storage_mb <= 10240
    error_message = "files.storage_mb must be from 512 to 10240."
  }

  validation {
    condition = (
      var.files.quarantine_retention_days == 0 ||
      var.files.quarantine_retention_days >= var.queues.dead_letter_retention_days
    )
    error_message = "files.quarantine_retention_days must be at least queues.dead_letter_retention_days, or 0 to keep the requests forever."
  }
}

variable "table" {
  description = "The protection of the table."
  type = object({
    deletion_protection    = optional(bool, true)
    point_in_time_recovery = optional(bool, true)
    # Days of the point-in-time recovery (default: 35).
    recovery_days = optional(number)
    # Days that a tombstone prevents late older events from restoring a deleted entity.
    tombstone_days = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.table.tombstone_days >= var.queues.dead_letter_retention_days + 1
    error_message = "table.tombstone_days must be more than queues.dead_letter_retention_days, the time in which a redrive is possible."
  }

  validation {
    condition     = var.table.recovery_days == null || try(var.table.recovery_days >= 1 && var.table.recovery_days <= 35, false)
    error_message = "table.recovery_days must be from 1 to 35, the limit of DynamoDB."
  }
}
