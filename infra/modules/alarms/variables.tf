variable "name" {
  description = "First part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name must be 1 to 60 letters, digits, - and _."
  }
}

variable "namespace" {
  description = "The namespace of the functions' own metrics."
  type        = string
  nullable    = false
}

variable "watched" {
  description = "What there is to watch, as metrics name it: by source its queues and worker, and within how many minutes something is expected (null: ever); the other queues, the functions, the API, the table, the topics."
  type = object({
    lanes = map(object({
      queue                = string
      dead_letter_queue    = string
      expect_every_minutes = optional(number)
    }))
    unrouted_queue           = string
    other_dead_letter_queues = map(string)
    delivery_queues          = map(string)
    functions                = map(string)
    limited_functions        = optional(list(string), [])
    api                      = object({ api = string, stage = string })
    table                    = object({ name = string, indexes = list(string) })
    topics                   = map(string)
  })
  nullable = false
}

variable "queues" {
  description = "Days that an event waits in its source's queue, and days that what is put aside is kept."
  type        = object({ retention_days = number, dead_letter_retention_days = number })
  nullable    = false
}

variable "alarms" {
  description = "Whether there are alarms, whom they tell, where the runbook is, and from where on each rings: see infra/variables.tf."
  type = object({
    enabled                  = bool
    emails                   = list(string)
    topic_arns               = list(string)
    runbook                  = string
    oldest_message_seconds   = number
    letter_age_days          = number
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
    condition     = length(var.alarms.topic_arns) <= 4 && alltrue([for arn in var.alarms.topic_arns : can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", arn))])
    error_message = "alarms.topic_arns must be at most 4 standard SNS topics: an alarm has five actions, and one is the platform's own topic."
  }

  validation {
    condition     = can(regex("^[^#[:space:]]{1,300}$", var.alarms.runbook))
    error_message = "alarms.runbook must be where docs/operations.md is, such as https://example.com/ingestion/docs/operations.md, without a fragment."
  }

  validation {
    condition     = var.alarms.oldest_message_seconds >= 300 && var.alarms.oldest_message_seconds <= var.queues.retention_days * 12 * 3600
    error_message = "alarms.oldest_message_seconds must be from 300, the time of five tries, to half of queues.retention_days."
  }

  validation {
    condition     = var.alarms.letter_age_days == null || try(var.alarms.letter_age_days > 0 && var.alarms.letter_age_days < var.queues.dead_letter_retention_days, false)
    error_message = "alarms.letter_age_days must be over 0 and less than queues.dead_letter_retention_days: later there is no letter left to mend."
  }

  validation {
    condition     = alltrue([for percent in [var.alarms.api_4xx_percent, var.alarms.ledger_percent, var.alarms.missing_percent] : percent >= 0 && percent < 100])
    error_message = "alarms.api_4xx_percent, ledger_percent and missing_percent must be from 0 to below 100."
  }

  validation {
    condition     = alltrue([for count in [var.alarms.api_5xx, var.alarms.ledger_events, var.alarms.missing_events] : count >= 0]) && var.alarms.api_4xx_minimum_requests >= 1
    error_message = "alarms.api_5xx, ledger_events and missing_events must be at least 0, api_4xx_minimum_requests at least 1."
  }

  validation {
    condition     = var.alarms.iterator_age_seconds >= 60 && var.alarms.iterator_age_seconds <= 12 * 3600
    error_message = "alarms.iterator_age_seconds must be from 60 to 43200: the table's stream keeps its records for 24 hours."
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
