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

variable "subscriber_id" {
  description = "The subscriber's name."
  type        = string
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

variable "subscriber" {
  description = "The queue or the endpoint that receives changes, limited to entities and kinds (null: all)."
  type        = object({ queue_arn = string, url = string, entities = list(string), kinds = list(string) })
  nullable    = false
}

variable "entities" {
  description = "The names of all entities in the catalog."
  type        = list(string)
  nullable    = false
}

variable "secret_recovery_days" {
  description = "Days in which the deleted secret of an endpoint can be restored; 0: delete immediately."
  type        = number
  nullable    = false
}
