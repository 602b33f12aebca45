variable "name" {
  description = "First part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,32}$", var.name))
    error_message = "name must be 1 to 32 letters, digits, - and _."
  }
}

variable "stream_arn" {
  description = "The table's stream."
  type        = string
  nullable    = false

  validation {
    condition     = strcontains(var.stream_arn, "/stream/")
    error_message = "stream_arn must be that of a table's stream."
  }
}

variable "changes" {
  description = "How much of the stream a run takes, and how long a record is tried before it is put aside."
  type = object({
    batch_size                 = number
    batching_window_seconds    = number
    parallelization_factor     = number
    maximum_retry_attempts     = number
    maximum_record_age_seconds = number
  })
  nullable = false

  validation {
    condition     = var.changes.batch_size >= 1 && var.changes.batch_size <= 1000
    error_message = "changes.batch_size must be from 1 to 1000: a run publishes ten at a time."
  }

  validation {
    condition     = var.changes.batching_window_seconds >= 0 && var.changes.batching_window_seconds <= 5
    error_message = "changes.batching_window_seconds must be from 0 to 5: changes are told live."
  }

  validation {
    condition     = var.changes.parallelization_factor >= 1 && var.changes.parallelization_factor <= 10
    error_message = "changes.parallelization_factor must be from 1 to 10, the most that Lambda knows."
  }

  validation {
    condition     = var.changes.maximum_retry_attempts >= 1 && var.changes.maximum_retry_attempts <= 100
    error_message = "changes.maximum_retry_attempts must be from 1 to 100: a bad record holds its shard meanwhile."
  }

  validation {
    condition     = var.changes.maximum_record_age_seconds >= 60 && var.changes.maximum_record_age_seconds <= 43200
    error_message = "changes.maximum_record_age_seconds must be from 60 to 43200: the stream forgets after 24 hours, and who redrives needs time."
  }
}

variable "queues" {
  description = "Days that what waits in a queue is kept, and days that what is put aside is."
  type        = object({ retention_days = number, dead_letter_retention_days = number })
  nullable    = false

  validation {
    condition     = var.queues.retention_days >= 1 && var.queues.dead_letter_retention_days <= 14 && var.queues.retention_days <= var.queues.dead_letter_retention_days
    error_message = "queues must keep messages from 1 to 14 days, and what is put aside no shorter than what still waits."
  }
}

variable "encryption" {
  description = "The key that encrypts what is kept (AWS's own: null), and what every policy of a store denies."
  type = object({
    kms_key_arn = string
    denials     = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
  })
  nullable = false
}

variable "function" {
  description = "What all functions have in common."
  type = object({
    package            = object({ bucket = string, key = string, digest = string })
    runtime            = string
    architecture       = string
    memory_mb          = number
    log_retention_days = number
    metrics_namespace  = string
    tracing            = bool
    kms_key_arn        = string
  })
  nullable = false
}
