variable "name" {
  description = "First part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name must be 1 to 60 letters, digits, - and _."
  }
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

  validation {
    condition     = var.reader.rate_per_second >= 1 && var.reader.burst >= 1
    error_message = "reader must be let in: rate_per_second and burst must be at least 1."
  }
}

variable "query" {
  description = "The function that answers readers."
  type        = object({ function_name = string, invoke_arn = string })
  nullable    = false
}

variable "api_keys" {
  description = "API key by source, operator and reader, and as <name>.<generation> after it was rotated; API Gateway makes those that are left out."
  type        = map(string)
  nullable    = false
  sensitive   = true

  validation {
    condition     = alltrue([for key in values(var.api_keys) : length(key) >= 20])
    error_message = "Every API key must have at least 20 characters."
  }

  validation {
    condition     = length(setsubtract([for key in keys(var.api_keys) : split(".", key)[0]], concat(keys(var.sources), [var.operator, "reader"]))) == 0
    error_message = "There is an API key for a source that the catalog does not have: ${join(", ", nonsensitive(setsubtract([for key in keys(var.api_keys) : split(".", key)[0]], concat(keys(var.sources), [var.operator, "reader"]))))}."
  }
}

variable "key_generations" {
  description = "How often the API key of a source, operator or reader was rotated; never unless told."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for generation in values(var.key_generations) : generation >= 0 && floor(generation) == generation])
    error_message = "key_generations must be whole numbers."
  }

  validation {
    condition     = length(setsubtract(keys(var.key_generations), concat([for name, source in var.sources : name if source.auth == "api_key"], [var.operator, "reader"]))) == 0
    error_message = "key_generations must name sources with auth api_key, the operator or the reader."
  }
}

variable "webhooks" {
  description = "What the function is told and may do to check signatures."
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
  description = "How callers reach the API, from its id and its stage; the address that AWS gives it unless told."
  type        = string
  default     = null
}

variable "domain" {
  description = "The API's own name, under which its stage is the root, and whether that is the only way in; none unless told."
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
    error_message = "topic_arn must be that of a FIFO topic."
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

variable "access_log_retention_days" {
  description = "Days that a line for each request is kept; no such log: null."
  type        = number
  default     = null

  validation {
    condition     = var.access_log_retention_days == null || try(contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.access_log_retention_days), false)
    error_message = "access_log_retention_days must be a retention that CloudWatch Logs knows, such as 30 or 365."
  }
}
