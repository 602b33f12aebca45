variable "context" {
  description = "Shared settings, reduced to those that this module reads."
  type = object({
    name         = string
    region       = string
    account_id   = string
    principals   = map(string)
    arn_prefixes = map(string)
    queues       = object({ retention_days = number, dead_letter_retention_days = number })
    encryption = object({
      kms_key_arn     = string
      deny_statements = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
    })
  })
  nullable = false
}

variable "environment" {
  description = "The environment, for the commands in the alarms' descriptions."
  type        = string
  nullable    = false
}

variable "monitored" {
  description = "The resources that alarms monitor, by the names that their metrics use."
  type = object({
    sources = map(object({
      queue             = string
      dead_letter_queue = string
      worker            = string
      # The alarm source-silent starts after this number of minutes without an event (default: no alarm).
      expect_every_minutes = optional(number)
    }))
    unrouted_queue           = string
    other_dead_letter_queues = map(string)
    other_queues             = map(string)
    functions                = map(string)
    limited_functions        = optional(list(string), [])
    api                      = object({ api = string, stage = string })
    table                    = object({ name = string, indexes = list(string) })
    topics                   = map(string)
  })
  nullable = false
}

variable "alarms" {
  description = "The receivers of alarms, the address of the runbook, and the thresholds; see docs/operations.md."
  type = object({
    enabled                  = bool
    emails                   = list(string)
    topic_arns               = list(string)
    runbook                  = string
    oldest_message_seconds   = number
    message_age_days         = number
    dead_letter_age_days     = number
    api_5xx                  = number
    api_4xx_percent          = number
    api_4xx_minimum_requests = number
    iterator_age_seconds     = number
    ledger_events            = number
    ledger_percent           = number
    missing_events           = number
    missing_percent          = number
  })
  nullable = false

  validation {
    condition     = alltrue([for email in var.alarms.emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+$", email))])
    error_message = "alarms.emails must be addresses such as team@example.com."
  }

  validation {
    condition = length(var.alarms.topic_arns) <= 4 && alltrue([
      for arn in var.alarms.topic_arns : can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", arn))
    ])
    error_message = "alarms.topic_arns must be at most 4 ARNs of standard SNS topics: an alarm has five actions, and the platform uses one."
  }

  validation {
    condition     = can(regex("^[^#[:space:]]{1,300}$", var.alarms.runbook))
    error_message = "alarms.runbook must be an address without a fragment, such as https://example.com/operations.md."
  }

  validation {
    condition = (
      var.alarms.oldest_message_seconds >= 300 &&
      var.alarms.oldest_message_seconds <= var.context.queues.retention_days * 12 * 3600
    )
    error_message = "alarms.oldest_message_seconds must be from 300 (the time of five attempts) to half of queues.retention_days."
  }

  validation {
    condition = var.alarms.message_age_days == null || try(
      var.alarms.message_age_days > 0 && var.alarms.message_age_days < var.context.queues.retention_days, false
    )
    error_message = "alarms.message_age_days must be more than 0 and less than queues.retention_days."
  }

  validation {
    condition = var.alarms.dead_letter_age_days == null || try(
      var.alarms.dead_letter_age_days > 0 && var.alarms.dead_letter_age_days < var.context.queues.dead_letter_retention_days, false
    )
    error_message = "alarms.dead_letter_age_days must be more than 0 and less than queues.dead_letter_retention_days."
  }

  validation {
    condition = alltrue([
      for percent in [var.alarms.api_4xx_percent, var.alarms.ledger_percent, var.alarms.missing_percent] : percent >= 0 && percent < 100
    ])
    error_message = "alarms.api_4xx_percent, ledger_percent and missing_percent must be at least 0 and less than 100."
  }

  validation {
    condition = var.alarms.api_4xx_minimum_requests >= 1 && alltrue([
      for count in [var.alarms.api_5xx, var.alarms.ledger_events, var.alarms.missing_events] : count >= 0
    ])
    error_message = "alarms.api_5xx, ledger_events and missing_events must be at least 0, and api_4xx_minimum_requests at least 1."
  }

  validation {
    condition     = var.alarms.iterator_age_seconds >= 60 && var.alarms.iterator_age_seconds <= 12 * 3600
    error_message = "alarms.iterator_age_seconds must be from 60 to 43200: the table's stream keeps records for 24 hours."
  }
}
