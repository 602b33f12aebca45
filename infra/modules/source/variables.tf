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
  description = "The router's topic; its name is known before the topic exists."
  type        = object({ arn = string, name = string })
  nullable    = false

  validation {
    condition     = endswith(var.topic.name, ".fifo")
    error_message = "topic.name must end with .fifo, as names of FIFO topics do."
  }
}

variable "table" {
  description = "The table of entities, and the days that tombstones are kept."
  type        = object({ name = string, arn = string, tombstone_days = number })
  nullable    = false
}

variable "worker" {
  description = "The maximum of concurrent workers, and the records in one batch."
  type        = object({ maximum_concurrency = number, batch_size = number })
  nullable    = false
}
