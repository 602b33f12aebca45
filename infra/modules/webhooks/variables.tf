variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name       = string
    encryption = object({ kms_key_arn = string })
  })
  nullable = false
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
}

variable "claim_days" {
  description = "Days for which a signed message is remembered, so that a repeat is known."
  type        = number
  nullable    = false
}
