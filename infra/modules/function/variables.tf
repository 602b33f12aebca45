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

variable "name" {
  description = "The function's name, which is also part of the names of its log group and role."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name must be 1 to 64 letters, digits, - and _."
  }
}

variable "description" {
  description = "What the function is for."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.description) > 0 && length(var.description) <= 256
    error_message = "description must have 1 to 256 characters."
  }
}

variable "handler" {
  description = "The handler as package.module.function."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^ingestion[.]handlers[.][a-z_]+[.]handler$", var.handler))
    error_message = "handler must be ingestion.handlers.<module>.handler."
  }
}

variable "environment" {
  description = "The function's environment variables, exactly those that ingestion/settings.py reads."
  type        = map(string)
  nullable    = false
}

variable "statements" {
  description = "The function's permissions in addition to writing its log."
  type = list(object({
    Effect   = optional(string, "Allow")
    Action   = list(string)
    Resource = string
  }))
  nullable = false

  validation {
    # A resource may be all objects of one folder, because the names of objects are not known in advance.
    condition = alltrue([
      for statement in var.statements :
      can(regex("^(arn:[^:*]+:s3:::[^*]+/[^*]+/[*]|[^*]+)$", statement.Resource)) && !strcontains(join(",", statement.Action), "*")
    ])
    error_message = "statements must name exact actions and resources; * is allowed only for the objects of one folder of a bucket."
  }
}

variable "timeout_seconds" {
  description = "The timeout of a run."
  type        = number
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900
    error_message = "timeout_seconds must be from 1 to 900."
  }
}

variable "memory_mb" {
  description = "The function's memory (default: that of all functions)."
  type        = number
  default     = null
}

variable "storage_mb" {
  description = "The size of the function's /tmp."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.storage_mb >= 512 && var.storage_mb <= 10240
    error_message = "storage_mb must be from 512 to 10240."
  }
}

variable "concurrency" {
  description = "The maximum of concurrent runs (default: no limit)."
  type        = number
  default     = null

  validation {
    condition     = var.concurrency == null || try(var.concurrency >= 1, false)
    error_message = "concurrency must be at least 1."
  }
}
