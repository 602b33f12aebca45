variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name         = string
    region       = string
    dns_suffix   = string
    principals   = map(string)
    arn_prefixes = map(string)
    queues       = object({ retention_days = number, dead_letter_retention_days = number })
    encryption = object({
      kms_key_arn     = string
      deny_statements = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
    })
    function = object({ runtime = string, architecture = string, memory_mb = number, log_retention_days = number, tracing = bool })
  })
  nullable = false
}

variable "package" {
  description = "The zip of the functions with the libraries of search in S3, and its SHA-256 in base64."
  type        = object({ bucket = string, key = string, digest = string })
  nullable    = false
}

variable "topic" {
  description = "The change topic; its name is known before the topic exists."
  type        = object({ arn = string, name = string })
  nullable    = false

  validation {
    condition     = endswith(var.topic.name, ".fifo")
    error_message = "topic.name must end with .fifo, as names of FIFO topics do."
  }
}

variable "table" {
  description = "The table of the entities."
  type        = object({ name = string, arn = string })
  nullable    = false
}

variable "text_bucket" {
  description = "The bucket of uploads, which holds the texts of documents in its folder texts/."
  type        = object({ name = string, arn = string })
  nullable    = false
}

variable "keys" {
  description = "The API keys that may search: the reader's current and next key, then the operator's."
  type        = list(string)
  nullable    = false
  sensitive   = true

  validation {
    condition     = length(var.keys) > 0
    error_message = "keys must contain at least one key: search is never open."
  }
}

variable "search" {
  description = "The functions and the bucket of the index; the root variable `search` describes each setting."
  type = object({
    memory_mb               = number
    storage_mb              = number
    batching_window_seconds = number
    unfinished_upload_days  = number
  })
  nullable = false

  validation {
    condition     = var.search.memory_mb >= 512 && var.search.memory_mb <= 10240
    error_message = "search.memory_mb must be from 512 to 10240."
  }

  validation {
    condition     = var.search.storage_mb >= 512 && var.search.storage_mb <= 10240
    error_message = "search.storage_mb must be from 512 to 10240."
  }

  # Lambda needs a window of at least one second for batches of more than ten messages.
  validation {
    condition     = contains(range(1, 61), var.search.batching_window_seconds)
    error_message = "search.batching_window_seconds must be a whole number from 1 to 60."
  }

  validation {
    condition     = contains(range(0, 366), var.search.unfinished_upload_days)
    error_message = "search.unfinished_upload_days must be a whole number from 1 to 365, or 0 to keep the parts forever."
  }
}
