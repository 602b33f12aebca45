variable "name" {
  description = "The prefix of every name."
  type        = string
  nullable    = false
}

variable "audit_retention_days" {
  description = "Days that the audit log is kept."
  type        = number
  nullable    = false
}

variable "kms_key_arn" {
  description = "The KMS key of the log (default: AWS's own key)."
  type        = string
  default     = null
}
