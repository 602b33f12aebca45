variable "name" {
  description = "First part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,31}$", var.name))
    error_message = "name must be 2 to 32 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "topic_arn" {
  description = "The topic that takes the events of files."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.topic_arn, ".fifo")
    error_message = "topic_arn must be that of a FIFO topic."
  }
}

variable "files" {
  description = "How files are taken: memory and disk of the function that reads them, how many parts are handed on at once, days that all in the bucket is kept (for ever: null), days that a replaced or deleted file is kept (as long: null), and whether the bucket goes with all it holds."
  type = object({
    memory_mb          = number
    storage_mb         = number
    insert_concurrency = number
    retention_days     = number
    force_destroy      = bool

    noncurrent_retention_days = number
  })
  nullable = false

  validation {
    condition     = var.files.memory_mb >= 256 && var.files.memory_mb <= 10240
    error_message = "files.memory_mb must be from 256 to 10240."
  }

  validation {
    condition     = var.files.insert_concurrency == null || try(var.files.insert_concurrency >= 1, false)
    error_message = "files.insert_concurrency must be at least 1, or null for no limit."
  }

  validation {
    condition     = var.files.retention_days == null || try(var.files.retention_days >= 1, false)
    error_message = "files.retention_days must be at least 1, or null for ever."
  }

  validation {
    condition     = var.files.noncurrent_retention_days == null || try(var.files.noncurrent_retention_days >= 1, false)
    error_message = "files.noncurrent_retention_days must be at least 1, or null for as long as the others."
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
