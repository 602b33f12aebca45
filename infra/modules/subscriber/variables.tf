variable "name" {
  description = "First part of every name."
  type        = string
  nullable    = false

  validation {
    # A function's name, and its role's, has 64 characters: this, the subscriber's 20, and -subscriber.
    condition     = can(regex("^[A-Za-z0-9_-]{1,32}$", var.name))
    error_message = "name must be 1 to 32 letters, digits, - and _."
  }
}

variable "subscriber_id" {
  description = "The subscriber's name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]{0,19}$", var.subscriber_id))
    error_message = "subscriber_id must be letters, digits, - and _, beginning with a letter, at most 20."
  }
}

variable "topic" {
  description = "The change topic; its name is known before it is there."
  type        = object({ arn = string, name = string })
  nullable    = false

  validation {
    condition     = endswith(var.topic.name, ".fifo")
    error_message = "topic must be a FIFO topic."
  }
}

variable "subscriber" {
  description = "The queue or the endpoint that changes go to, and which entities and kinds it wants; all unless told."
  type = object({
    queue_arn = string
    url       = string
    entities  = list(string)
    kinds     = list(string)
  })
  nullable = false

  validation {
    condition     = (var.subscriber.queue_arn == null) != (var.subscriber.url == null)
    error_message = "subscriber must have a queue_arn or a url, and not both."
  }
}

variable "entities" {
  description = "Names of all entities."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.entities) > 0
    error_message = "entities must hold at least one name."
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
