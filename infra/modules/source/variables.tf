variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name         = string
    region       = string
    account_id   = string
    arn_prefixes = map(string)
    queues       = object({ retention_days = number, dead_letter_retention_days = number })
    encryption = object({
      kms_key_arn     = string
      deny_statements = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
    })
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

variable "source_id" {
  description = "The source's name in the catalog."
  type        = string
  nullable    = false
}

variable "topic" {
  description = "The topic that the queue listens to; its name is known before it is there."
  type        = object({ arn = string, name = string })
  nullable    = false

  validation {
    condition     = endswith(var.topic.name, ".fifo")
    error_message = "topic must be a FIFO topic."
  }
}

variable "table" {
  description = "Where the worker stores, and how many days it remembers a delete."
  type        = object({ name = string, arn = string, tombstone_days = number })
  nullable    = false
}

variable "worker" {
  description = "How many workers may run at once, and how many records one takes at a time."
  type        = object({ maximum_concurrency = number, batch_size = number })
  nullable    = false
}
