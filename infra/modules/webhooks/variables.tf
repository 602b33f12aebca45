variable "context" {
  description = "The shared settings that this module reads."
  type        = object({ name = string, encryption = object({ kms_key_arn = string }) })
  nullable    = false
}

variable "sources" {
  description = "The sources with auth hmac, basic or bearer; without any, the module creates nothing."
  type        = set(string)
  nullable    = false
}

variable "recovery_days" {
  description = "Days in which a deleted secret can be restored; 0: delete immediately."
  type        = number
  nullable    = false
}

variable "claim_days" {
  description = "Days that a claim is kept to recognize a replay."
  type        = number
  nullable    = false
}
