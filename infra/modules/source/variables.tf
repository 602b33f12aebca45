variable "name" {
  description = "First part of every name."
  type        = string
  nullable    = false

  validation {
    # A function's name, and its role's, has 64 characters: this, the source's 24, and -worker.
    condition     = can(regex("^[A-Za-z0-9_-]{1,32}$", var.name))
    error_message = "name must be 1 to 32 letters, digits, - and _."
  }
}

variable "source_id" {
  description = "The source's name in the catalog."
  type        = string
  nullable    = false
}

variable "topic" {
  description = "The topic that the queue listens to; its name is known before it is there."
  type        = object({ arn = string, name = string })
  nullable    = false

  validation {
    condition     = endswith(var.topic.name, ".fifo")
    error_message = "topic must be a FIFO topic."
  }
}

variable "table" {
  description = "Where the worker stores, and how many days it remembers a delete."
  type        = object({ name = string, arn = string, tombstone_days = number })
  nullable    = false
}

variable "worker" {
  description = "How many workers may run at once, and how many records one takes at a time."
  type        = object({ maximum_concurrency = number, batch_size = number })
  nullable    = false

  validation {
    condition     = var.worker.maximum_concurrency >= 2
    error_message = "worker.maximum_concurrency must be at least 2, which is Lambda's least."
  }

  validation {
    condition     = var.worker.batch_size >= 1 && var.worker.batch_size <= 10
    error_message = "worker.batch_size must be from 1 to 10, the most that a FIFO queue gives."
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
