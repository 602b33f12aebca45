variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name       = string
    region     = string
    account_id = string
    encryption = object({ kms_key_arn = string })
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

variable "stage" {
  description = "The stage that is deployed; part of the URL."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,128}$", var.stage))
    error_message = "stage must be 1 to 128 letters, digits, - and _."
  }
}

variable "sources" {
  description = "Path, credential, those who may sign (iam), and rate (requests per second, and at once) of each source."
  type        = map(object({ path = string, auth = string, principals = list(string), rate_per_second = number, burst = number }))
  nullable    = false
}

variable "operator" {
  description = "The name of the platform's own source, whose key alone corrects entities."
  type        = string
  nullable    = false
}

variable "reader" {
  description = "How often those who read may ask (requests per second, and at once)."
  type        = object({ rate_per_second = number, burst = number })
  nullable    = false
}

variable "query" {
  description = "The function that answers readers."
  type        = object({ function_name = string, invoke_arn = string })
  nullable    = false
}

variable "api_keys" {
  description = "API keys by source, operator and reader, as <name>.<generation> after a rotation. API Gateway makes the missing ones."
  type        = map(string)
  nullable    = false
  sensitive   = true

  validation {
    condition = length(setsubtract(
      [for key in keys(var.api_keys) : split(".", key)[0]], concat(keys(var.sources), [var.operator, "reader"])
    )) == 0
    error_message = "api_keys must name sources of the catalog, ${var.operator} or reader; remove ${join(", ", nonsensitive(setsubtract(
      [for key in keys(var.api_keys) : split(".", key)[0]], concat(keys(var.sources), [var.operator, "reader"])
    )))}."
  }
}

variable "key_generations" {
  description = "Rotations of the API key by source, operator and reader (default: 0)."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for name in keys(var.key_generations) :
      contains([var.operator, "reader"], name) || try(var.sources[name].auth == "api_key", false)
    ])
    error_message = "key_generations must name sources with auth api_key, the operator or the reader."
  }
}

variable "webhooks" {
  description = "The environment and the permissions that the function needs to check signatures."
  type = object({
    environment = map(string)
    statements  = list(object({ Action = list(string), Resource = string }))
  })
  nullable = false
}

variable "encode_method_paths" {
  description = "Name methods in the stage's settings as API Gateway does, with ~1 for a slash; the emulator answers them decoded."
  type        = bool
  default     = true
  nullable    = false
}

variable "url_format" {
  description = "The API's address, made of its id and its stage; default: the address that AWS assigns."
  type        = string
  default     = null
}

variable "domain" {
  description = "The API's own name, with the stage as its root, and whether it is the API's only address (default: no name)."
  type        = object({ name = string, is_only_way = bool })
  default     = null
}

variable "open_docs" {
  description = "Let anyone read the interface's description, and show it as a page; otherwise it takes a source's key, without the page."
  type        = bool
  nullable    = false
}

variable "topic_arn" {
  description = "The topic that takes what was accepted."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.topic_arn, ".fifo")
    error_message = "topic_arn must be the ARN of a FIFO topic."
  }
}

variable "drop" {
  description = "The bucket that files are put into, and how large one may be."
  type = object({
    bucket           = object({ name = string, arn = string })
    max_upload_bytes = number
  })
  nullable = false
}

variable "listening" {
  description = "Sources whose queue listens: no path goes live before."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(concat(keys(var.sources), [var.operator]), var.listening)) == 0
    error_message = "Every source and the operator must listen before their paths go live."
  }
}

variable "access_log_retention_days" {
  description = "Days that a line for each request is kept; no such log: null."
  type        = number
  default     = null
}
