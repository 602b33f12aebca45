variable "context" {
  description = "The shared settings that this module reads."
  type        = object({ name = string, arn_prefixes = map(string), principals = map(string) })
  nullable    = false
}

variable "encryption" {
  description = "Whether data has a customer managed key, the deletion window of the key, and whether TLS is required."
  type        = object({ customer_managed_key = bool, deletion_window_days = number, tls_only = bool })
  nullable    = false
}
