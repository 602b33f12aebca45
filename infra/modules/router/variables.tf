variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name         = string
    account_id   = string
    principals   = map(string)
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
  description = "The sources whose own queue is subscribed."
  type        = list(string)
  nullable    = false

  validation {
    # The unrouted queue has one of the subscriptions.
    condition = length(var.sources) < var.max_subscriptions
    error_message = join(" ", [
      "The catalog must have at most ${var.max_subscriptions - 2} sources: SNS allows the topic",
      "${var.max_subscriptions} subscriptions, and the operator and the unrouted queue use two of them.",
    ])
  }
}

variable "max_subscriptions" {
  description = "The number of subscriptions that SNS allows the topic."
  type        = number
  nullable    = false
}
