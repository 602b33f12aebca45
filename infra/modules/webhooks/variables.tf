variable "name" {
  description = "First part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name must be 1 to 60 letters, digits, - and _."
  }
}

variable "sources" {
  description = "The sources that sign what they post; nothing is made where there are none."
  type        = set(string)
  nullable    = false
}

variable "recovery_days" {
  description = "Days in which a deleted secret can be restored, and its name is taken; 0 deletes for good."
  type        = number
  nullable    = false

  validation {
    condition     = var.recovery_days == 0 || (var.recovery_days >= 7 && var.recovery_days <= 30)
    error_message = "recovery_days must be 0, or from 7 to 30."
  }
}

variable "claim_days" {
  description = "Days for which a signed message is remembered, so that a repeat is known."
  type        = number
  nullable    = false

  validation {
    condition     = var.claim_days >= 1 && var.claim_days <= 30 && floor(var.claim_days) == var.claim_days
    error_message = "claim_days must be a whole number from 1 to 30: senders give a delivery up after three or four days."
  }
}

variable "kms_key_arn" {
  description = "The key that encrypts secrets and claims; AWS's own: null."
  type        = string
  default     = null
}
