variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name         = string
    region       = string
    account_id   = string
    dns_suffix   = string
    principals   = map(string)
    arn_prefixes = map(string)
    queues       = object({ dead_letter_retention_days = number })
    encryption = object({
      kms_key_arn     = string
      deny_statements = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
    })
    function = object({ runtime = string, architecture = string, memory_mb = number, log_retention_days = number, tracing = bool })
  })
  nullable = false
}

variable "packages" {
  description = "The zips of the functions in S3, and their SHA-256 in base64. `search` has the libraries that read documents."
  type = object({
    functions = object({ bucket = string, key = string, digest = string })
    search    = object({ bucket = string, key = string, digest = string })
  })
  nullable = false
}

variable "topic_arn" {
  description = "The topic that receives the events of files."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.topic_arn, ".fifo")
    error_message = "topic_arn must be the ARN of a FIFO topic."
  }
}

variable "table" {
  description = "The table of the entities. The extractor reads whether a document was deleted."
  type        = object({ name = string, arn = string })
  nullable    = false
}

variable "files" {
  description = "How uploaded files are processed and how long they are kept; the root variable `files` describes each setting."
  type = object({
    memory_mb                 = number
    storage_mb                = number
    extract_concurrency       = number
    insert_concurrency        = number
    retention_days            = number
    noncurrent_retention_days = number
    quarantine_retention_days = number
    force_destroy             = bool
  })
  nullable = false

  validation {
    condition     = var.files.memory_mb >= 256 && var.files.memory_mb <= 10240
    error_message = "files.memory_mb must be from 256 to 10240."
  }

  validation {
    condition     = var.files.extract_concurrency >= 0
    error_message = "files.extract_concurrency must be at least 1, or 0 for no limit."
  }

  validation {
    condition     = var.files.insert_concurrency == null || try(var.files.insert_concurrency >= 1, false)
    error_message = "files.insert_concurrency must be at least 1, or null for no limit."
  }

  validation {
    condition     = var.files.retention_days == null || try(var.files.retention_days >= 1, false)
    error_message = "files.retention_days must be at least 1, or null to keep files forever."
  }

  validation {
    condition     = var.files.noncurrent_retention_days == null || try(var.files.noncurrent_retention_days >= 0, false)
    error_message = "files.noncurrent_retention_days must be at least 1, 0 to keep them forever, or null to use files.retention_days or 30."
  }

  validation {
    condition     = var.files.quarantine_retention_days >= 0
    error_message = "files.quarantine_retention_days must be at least 1, or 0 to keep requests in quarantine forever."
  }
}
