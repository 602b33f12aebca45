# Settings of alarms and logs.

variable "alarms" {
  description = "The receivers of alarms, the address of the runbook, and the thresholds; see docs/operations.md."
  type = object({
    enabled                  = optional(bool, true)
    emails                   = optional(list(string), [])
    topic_arns               = optional(list(string), [])
    runbook                  = optional(string, "docs/operations.md")
    oldest_message_seconds   = optional(number, 900)
    message_age_days         = optional(number)
    dead_letter_age_days     = optional(number)
    api_5xx                  = optional(number, 5)
    api_4xx_percent          = optional(number, 50)
    api_4xx_minimum_requests = optional(number, 20)
    iterator_age_seconds     = optional(number, 300)
    ledger_events            = optional(number, 0)
    ledger_percent           = optional(number, 0.1)
    missing_events           = optional(number, 10)
    missing_percent          = optional(number, 20)
  })
  default  = {}
  nullable = false
}

variable "audit_retention_days" {
  description = "Days that CloudWatch keeps the audit log of redrives, edits, drops, corrections and changes of webhook secrets."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains(local.log_retentions, var.audit_retention_days)
    error_message = "audit_retention_days must be a retention that CloudWatch Logs supports, such as 30 or 365."
  }
}
