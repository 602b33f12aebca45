variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name       = string
    region     = string
    dns_suffix = string
    principals = map(string)
    encryption = object({ kms_key_arn = string })
    function   = object({ runtime = string, architecture = string, memory_mb = number, log_retention_days = number, tracing = bool })
  })
  nullable = false
}

variable "package" {
  description = "The functions' zip in S3, and its SHA-256 in base64."
  type        = object({ bucket = string, key = string, digest = string })
  nullable    = false
}

variable "memory_mb" {
  description = "The function's memory; CPU scales with it, and the function compresses responses."
  type        = number
  nullable    = false
}

variable "keys" {
  description = "The API keys that may read: the reader's current and next key, then the operator's."
  type        = list(string)
  nullable    = false
  sensitive   = true

  validation {
    condition     = length(var.keys) > 0
    error_message = "keys must contain at least one key: the read API is never open."
  }
}

variable "table" {
  description = "The table that the function reads."
  type        = object({ name = string, arn = string })
  nullable    = false
}

variable "index_arns" {
  description = "The ARNs of the indexes that the function queries."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.index_arns) > 0 && alltrue([for arn in var.index_arns : strcontains(arn, "/index/")])
    error_message = "index_arns must contain at least one ARN of an index."
  }
}
