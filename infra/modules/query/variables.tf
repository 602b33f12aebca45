variable "name" {
  description = "First part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,58}$", var.name))
    error_message = "name must be 1 to 58 letters, digits, - and _."
  }
}

variable "auth" {
  description = "How readers show who they are."
  type        = string
  nullable    = false

  validation {
    condition     = var.auth == "api_key"
    error_message = "auth must be api_key; there is no open read API."
  }
}

variable "memory_mb" {
  description = "The function's memory, and with it its share of a processor: it compresses what it answers."
  type        = number
  nullable    = false

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "memory_mb must be from 128 to 10240."
  }
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

variable "function" {
  description = "What all functions have in common."
  type = object({
    package            = object({ bucket = string, key = string, digest = string })
    runtime            = string
    architecture       = string
    memory_mb          = number
    log_retention_days = number
    metrics_namespace  = string
    tracing            = bool
    kms_key_arn        = string
  })
  nullable = false
}
