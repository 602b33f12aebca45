variable "name" {
  description = "The key's alias, and the first part of the names of the topics and logs that it is for."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name must be 1 to 60 letters, digits, - and _."
  }
}

variable "encryption" {
  description = "Whether the key is ours (AWS's own costs nothing), days in which a deleted one can be brought back, and whether those who come without TLS are turned away."
  type = object({
    customer_managed_key = bool
    deletion_window_days = number
    tls_only             = bool
  })
  nullable = false

  validation {
    condition     = var.encryption.deletion_window_days >= 7 && var.encryption.deletion_window_days <= 30
    error_message = "encryption.deletion_window_days must be from 7 to 30."
  }
}
