variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name         = string
    region       = string
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

variable "package" {
  description = "The functions' zip in S3, and its SHA-256 in base64."
  type        = object({ bucket = string, key = string, digest = string })
  nullable    = false
}

variable "stream_arn" {
  description = "The ARN of the table's stream."
  type        = string
  nullable    = false

  validation {
    condition     = strcontains(var.stream_arn, "/stream/")
    error_message = "stream_arn must be the ARN of a DynamoDB stream."
  }
}

variable "changes" {
  description = "How Lambda reads the stream: batches, parallelism, and retries before a record goes to the failures queue."
  type = object({
    batch_size                 = number
    batching_window_seconds    = number
    parallelization_factor     = number
    maximum_retry_attempts     = number
    maximum_record_age_seconds = number
  })
  nullable = false

  validation {
    condition     = var.changes.batch_size >= 1 && var.changes.batch_size <= 1000
    error_message = "changes.batch_size must be from 1 to 1000."
  }

  validation {
    condition     = var.changes.batching_window_seconds >= 0 && var.changes.batching_window_seconds <= 5
    error_message = "changes.batching_window_seconds must be from 0 to 5: subscribers expect changes within seconds."
  }

  validation {
    condition     = var.changes.parallelization_factor >= 1 && var.changes.parallelization_factor <= 10
    error_message = "changes.parallelization_factor must be from 1 to 10, the limit of Lambda."
  }

  validation {
    condition     = var.changes.maximum_retry_attempts >= 1 && var.changes.maximum_retry_attempts <= 100
    error_message = "changes.maximum_retry_attempts must be from 1 to 100: a bad record blocks its shard during retries."
  }

  validation {
    condition     = var.changes.maximum_record_age_seconds >= 60 && var.changes.maximum_record_age_seconds <= 43200
    error_message = "changes.maximum_record_age_seconds must be from 60 to 43200: the stream keeps records for 24 hours."
  }
}
