variable "name" {
  description = "First part of the topic's and the queue's name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name must be 1 to 60 letters, digits, - and _."
  }
}

variable "sources" {
  description = "Names of the sources that have a queue of their own."
  type        = list(string)
  nullable    = false

  validation {
    # Beside them the unrouted queue.
    condition     = length(var.sources) < var.max_subscriptions
    error_message = "There can be at most ${var.max_subscriptions - 2} sources beside the operator: SNS allows a FIFO topic ${var.max_subscriptions} subscriptions, of which the operator's and the unrouted queue take two."
  }
}

variable "max_subscriptions" {
  description = "How many subscriptions SNS allows the topic."
  type        = number
  nullable    = false
}

variable "tracing" {
  description = "Whether X-Ray shows how long an event was on the topic."
  type        = bool
  nullable    = false
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
