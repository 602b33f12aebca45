variable "name" {
  description = "The prefix of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name must be 1 to 60 letters, digits, - and _."
  }
}

variable "audit_retention_days" {
  description = "Days that the audit log is kept."
  type        = number
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.audit_retention_days)
    error_message = "audit_retention_days must be a retention that CloudWatch Logs supports, such as 30 or 365."
  }
}

variable "kms_key_arn" {
  description = "The KMS key of the log (default: AWS's own key)."
  type        = string
  default     = null
}
