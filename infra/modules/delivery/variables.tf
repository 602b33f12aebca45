variable "lane" {
  description = "The name of the queue and of the function."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.lane))
    error_message = "lane must be 1 to 64 letters, digits, - and _."
  }
}

variable "subscriber_id" {
  description = "The subscriber's name."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.subscriber_id) > 0
    error_message = "subscriber_id must name the subscriber."
  }
}

variable "url" {
  description = "The endpoint that changes are posted to."
  type        = string
  sensitive   = true # It may hold a token.
  nullable    = false

  validation {
    condition     = can(regex("^(https://[^/?#@[:space:]]+|http://(localhost|127[.]0[.]0[.]1|\\[::1\\])(:[0-9]+)?)([/?][^#[:space:]]*)?$", var.url))
    error_message = "url must be https://…, without user name and fragment; http:// only to loopback."
  }
}

variable "queue_arn" {
  description = "The ARN that the queue will have: it cannot name itself."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.queue_arn, ".fifo")
    error_message = "queue_arn must be that of a FIFO queue."
  }
}

variable "topic_arn" {
  description = "The topic that may send to the queue."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.topic_arn, ".fifo")
    error_message = "topic_arn must be that of a FIFO topic."
  }
}

variable "dlq_arn" {
  description = "The dead-letter queue."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.dlq_arn, ".fifo")
    error_message = "dlq_arn must be that of a FIFO queue."
  }
}

variable "keep_seconds" {
  description = "How long an undelivered change is kept."
  type        = number
  nullable    = false

  validation {
    condition     = var.keep_seconds >= 60 && var.keep_seconds <= 1209600
    error_message = "keep_seconds must be from 60 to 1209600, 14 days."
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
