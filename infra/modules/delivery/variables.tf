variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name       = string
    region     = string
    dns_suffix = string
    principals = map(string)
    queues     = object({ dead_letter_retention_days = number })
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

variable "name" {
  description = "The name of the queue and of the function."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name must be 1 to 64 letters, digits, - and _."
  }
}

variable "subscriber_id" {
  description = "The subscriber's name."
  type        = string
  nullable    = false
}

variable "url" {
  description = "The URL of the endpoint that receives changes."
  type        = string
  sensitive   = true # The URL may contain a token.
  nullable    = false
}

variable "secret_recovery_days" {
  description = "Days in which the deleted secret can be restored; 0: delete immediately."
  type        = number
  nullable    = false
}

variable "queue_arn" {
  description = "The ARN of the queue, known before the queue exists."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.queue_arn, ".fifo")
    error_message = "queue_arn must be the ARN of a FIFO queue."
  }
}

variable "topic_arn" {
  description = "The ARN of the topic that may send to the queue."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.topic_arn, ".fifo")
    error_message = "topic_arn must be the ARN of a FIFO topic."
  }
}

variable "dlq_arn" {
  description = "The ARN of the dead-letter queue."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.dlq_arn, ".fifo")
    error_message = "dlq_arn must be the ARN of a FIFO queue."
  }
}
