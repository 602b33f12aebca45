variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name       = string
    region     = string
    account_id = string
    encryption = object({ kms_key_arn = string })
    function = object({
      runtime            = string
      architecture       = string
      memory_mb          = number
      log_retention_days = number
      tracing            = bool
    })
  })
  nullable = false
}

variable "package" {
  description = "The functions' zip in S3, and its SHA-256 in base64."
  type        = object({ bucket = string, key = string, digest = string })
  nullable    = false
}

variable "memory_mb" {
  description = "The function's memory, and with it its share of a processor: it compresses what it answers."
  type        = number
  nullable    = false
}

variable "keys" {
  description = "Every API key that may read: the reader's, the one to use now first, and the operator's, since who corrects may read too."
  type        = list(string)
  nullable    = false
  sensitive   = true

  validation {
    condition     = length(var.keys) > 0
    error_message = "keys must hold at least one; there is no open read API."
  }
}

variable "table" {
  description = "The table that it reads."
  type        = object({ name = string, arn = string })
  nullable    = false
}

variable "index_arns" {
  description = "The table's indexes that it queries."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.index_arns) > 0 && alltrue([for arn in var.index_arns : strcontains(arn, "/index/")])
    error_message = "index_arns must hold the ARNs of indexes, at least one."
  }
}
