variable "context" {
  description = "Settings that all modules share; this one declares those that it reads."
  type = object({
    encryption = object({
      kms_key_arn = string
      denials     = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
    })
  })
  nullable = false
}

variable "bucket" {
  description = "The bucket."
  type        = object({ id = string, arn = string })
  nullable    = false
}
