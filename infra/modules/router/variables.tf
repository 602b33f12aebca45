variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name         = string
    account_id   = string
    arn_prefixes = map(string)
    queues       = object({ dead_letter_retention_days = number })
    encryption = object({
      kms_key_arn     = string
      deny_statements = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
    })
    function = object({ tracing = bool })
  })
  nullable = false
}

variable "sources" {
  description = "Names of the sources that have a queue of their own."
  type        = list(string)
  nullable    = false

  validation {
    # Beside them the unrouted queue.
    condition = length(var.sources) < var.max_subscriptions
    error_message = join(" ", [
      "There can be at most ${var.max_subscriptions - 2} sources beside the operator: the topic may have",
      "${var.max_subscriptions} subscriptions, and the operator and the unrouted queue have two of them.",
    ])
  }
}

variable "max_subscriptions" {
  description = "How many subscriptions SNS allows the topic."
  type        = number
  nullable    = false
}
