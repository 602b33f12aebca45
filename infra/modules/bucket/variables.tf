variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    encryption = object({
      kms_key_arn     = string
      deny_statements = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
    })
  })
  nullable = false
}

variable "bucket" {
  description = "The bucket to configure."
  type        = object({ id = string, arn = string })
  nullable    = false
}
