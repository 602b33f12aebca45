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

variable "stage" {
  description = "The name of the stage; part of the URL."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,128}$", var.stage))
    error_message = "stage must be 1 to 128 letters, digits, - and _."
  }
}

variable "sources" {
  description = "The path, authentication, IAM principals and rate of each source."
  type        = map(object({ path = string, auth = string, principals = list(string), rate_per_second = number, burst = number }))
  nullable    = false
}

variable "operator" {
  description = "The name of the source whose key corrects entities."
  type        = string
  nullable    = false
}

variable "reader" {
  description = "The rate of readers."
  type        = object({ rate_per_second = number, burst = number })
  nullable    = false
}

variable "query_function" {
  description = "The function that serves readers."
  type        = object({ name = string, invoke_arn = string })
  nullable    = false
}

variable "search_function" {
  description = "The function that searches."
  type        = object({ name = string, invoke_arn = string })
  nullable    = false
}

variable "api_keys" {
  description = "API keys by source, operator and reader; after a rotation <name>.<generation>. API Gateway generates missing keys."
  type        = map(string)
  nullable    = false
  sensitive   = true

  validation {
    condition = length(setsubtract(
      [for key in keys(var.api_keys) : split(".", key)[0]], concat(keys(var.sources), [var.operator, "reader"])
    )) == 0
    error_message = "api_keys may only name sources, ${var.operator} and reader; remove ${join(", ", nonsensitive(setsubtract(
      [for key in keys(var.api_keys) : split(".", key)[0]], concat(keys(var.sources), [var.operator, "reader"])
    )))}."
  }
}

variable "key_generations" {
  description = "The number of rotations of the API key by source, operator and reader (default: 0)."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for name in keys(var.key_generations) :
      contains([var.operator, "reader"], name) || try(var.sources[name].auth == "api_key", false)
    ])
    error_message = "key_generations may only name sources with auth api_key, the operator and the reader."
  }
}

variable "webhooks" {
  description = "The environment variables and permissions that the function needs to check signatures, passwords and tokens."
  type = object({
    environment = map(string)
    statements  = list(object({ Action = list(string), Resource = string }))
  })
  nullable = false
}

variable "hmac_paths" {
  description = "The gateway's limit for each path of a source with auth hmac, basic or bearer."
  type        = object({ rate_per_second = number, burst = number })
  nullable    = false

  validation {
    condition = alltrue([
      for source in var.sources :
      source.rate_per_second <= var.hmac_paths.rate_per_second && source.burst <= var.hmac_paths.burst
      if !contains(["api_key", "iam"], source.auth)
    ])
    error_message = "hmac_paths must allow at least the rate_per_second and the burst of each source with auth hmac, basic or bearer."
  }
}

variable "encode_method_paths" {
  description = "Encode a slash as ~1 in the method paths of the stage's settings, as API Gateway does and the emulator does not."
  type        = bool
  default     = true
  nullable    = false
}

variable "url_format" {
  description = "The format of the API's URL from its id and its stage (default: the URL that AWS assigns)."
  type        = string
  default     = null
}

variable "domain" {
  description = "The API's own domain name, and whether it replaces the default endpoint (default: no domain name)."
  type        = object({ name = string, is_only_endpoint = bool })
  default     = null
}

variable "open_docs" {
  description = "Publish the API's description and a page for it without a key; otherwise the description needs a source's key."
  type        = bool
  nullable    = false
}

variable "concurrency" {
  description = "The concurrent runs that are reserved for the function that accepts posts (default: none)."
  type        = number
  default     = null
}

variable "topic_arn" {
  description = "The topic that receives accepted events."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.topic_arn, ".fifo")
    error_message = "topic_arn must be the ARN of a FIFO topic."
  }
}

variable "table" {
  description = "The table of entities, to compare corrections with the stored events."
  type        = object({ name = string, arn = string })
  nullable    = false
}

variable "upload_bucket" {
  description = "The bucket for uploads, and the largest upload that it accepts."
  type        = object({ name = string, arn = string, max_upload_bytes = number })
  nullable    = false
}

variable "quarantine" {
  description = "The environment variables and permissions that the function needs to keep requests that make no valid event."
  type = object({
    environment = map(string)
    statements  = list(object({ Action = list(string), Resource = string }))
  })
  default  = { environment = {}, statements = [] }
  nullable = false
}

variable "subscribed_sources" {
  description = "Sources whose queue is subscribed to the topic; the API is deployed after them."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(concat(keys(var.sources), [var.operator]), var.subscribed_sources)) == 0
    error_message = "subscribed_sources must contain every source and the operator."
  }
}

variable "access_log_retention_days" {
  description = "Days that the access log is kept; null: no access log."
  type        = number
  default     = null
}
