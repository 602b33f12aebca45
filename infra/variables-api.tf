# Settings of the API: keys, signatures, its address, its firewall and readers.

variable "api_keys" {
  description = "API keys by source, `operator` and `reader`; after n rotations <name>.n. API Gateway generates missing keys."
  type        = map(string)
  default     = {}
  nullable    = false
  sensitive   = true

  validation {
    condition     = alltrue([for key in values(var.api_keys) : length(key) >= 20 && length(key) <= 128])
    error_message = "api_keys must be keys of 20 to 128 characters."
  }

  validation {
    condition     = length(distinct(values(var.api_keys))) == length(var.api_keys)
    error_message = "api_keys must be different keys: each source needs its own."
  }
}

variable "api_key_generations" {
  description = "The number of rotations of the API key by source, `operator` and `reader` (default: 0)."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for generation in values(var.api_key_generations) : generation >= 0 && floor(generation) == generation])
    error_message = "api_key_generations must be whole numbers from 0."
  }
}

variable "webhook_secret_recovery_days" {
  description = "Days in which a deleted webhook secret can be restored; its name is reserved meanwhile. 0: delete immediately."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains(concat([0], range(7, 31)), var.webhook_secret_recovery_days)
    error_message = "webhook_secret_recovery_days must be 0 or a whole number from 7 to 30."
  }
}

variable "webhook_claim_days" {
  description = "Days that the id of a signed message is kept to recognize a replay."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.webhook_claim_days >= 1 && var.webhook_claim_days <= 30 && floor(var.webhook_claim_days) == var.webhook_claim_days
    error_message = "webhook_claim_days must be a whole number from 1 to 30; senders retry for minutes to days."
  }
}

variable "api_url_format" {
  description = "The format of the API's URL, with %s for its id and %s for its stage (default: the URL that AWS assigns)."
  type        = string
  default     = null

  validation {
    condition     = var.api_url_format == null || can(format(var.api_url_format, "id", "stage"))
    error_message = "api_url_format must contain %s twice, for the API's id and its stage."
  }
}

variable "encode_method_paths" {
  description = "Encode a slash as ~1 in the method paths of the stage's settings, as API Gateway does and the emulator does not."
  type        = bool
  default     = true
  nullable    = false
}

variable "domain" {
  description = "The API's own domain name and its certificate in ACM of this region (default: the URL that AWS assigns)."
  type = object({
    name            = string
    certificate_arn = string
    # Needed with mutual TLS if the certificate is imported or issued by a private CA.
    ownership_certificate_arn = optional(string)
    # The Route 53 zone for the DNS record (default: no record).
    hosted_zone_id = optional(string)
    # The certificates that clients must present; this disables the default endpoint (default: no mutual TLS).
    mutual_tls = optional(object({ truststore_uri = string, truststore_version = string }))
  })
  default = null
}

variable "hmac_paths" {
  description = "The gateway's limit for each path of a source with `auth: hmac`, `basic` or `bearer`. It counts false credentials, too."
  type        = object({ rate_per_second = optional(number, 200), burst = optional(number, 400) })
  default     = {}
  nullable    = false

  validation {
    condition = (
      var.hmac_paths.rate_per_second >= 1 && var.hmac_paths.rate_per_second <= 10000 &&
      var.hmac_paths.burst >= 1 && var.hmac_paths.burst <= 5000
    )
    error_message = "hmac_paths.rate_per_second must be from 1 to 10000, and hmac_paths.burst from 1 to 5000."
  }
}

variable "waf" {
  description = "The firewall of the API."
  type = object({
    # Default: true if a source has `auth: hmac`, `basic` or `bearer`, because everyone may send requests to its path.
    enabled = optional(bool)
    # Requests of one IP address in five minutes.
    rate_limit_per_ip = optional(number, 15000)
    # Days that the log of requests is kept (default: no log).
    log_retention_days = optional(number)
  })
  default  = {}
  nullable = false
}

variable "api_concurrency" {
  description = "Concurrent runs that are reserved for the API, which is also its maximum (default: it shares those that workers leave)."
  type        = number
  default     = null

  validation {
    condition     = var.api_concurrency == null || try(var.api_concurrency >= 1 && floor(var.api_concurrency) == var.api_concurrency, false)
    error_message = "api_concurrency must be a whole number from 1, or null to reserve none."
  }
}

variable "open_docs" {
  description = "Publish <api_url>/, <api_url>/openapi.json and the page <api_url>/docs without a key (default: with a key, no page)."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.open_docs || contains(["local", "dev"], var.environment)
    error_message = "open_docs may be true in the environments local and dev only: requests without a key have no rate limit of their own."
  }
}

variable "api_access_log_days" {
  description = "Days that the API's access log is kept (default: no log). It needs a role of the account; see docs/deploy.md."
  type        = number
  default     = null

  validation {
    condition     = contains(local.log_retentions, coalesce(var.api_access_log_days, 1))
    error_message = "api_access_log_days must be a retention that CloudWatch Logs supports, such as 30 or 365."
  }
}

variable "reader" {
  description = "The read API: its authentication (api_key), its rate and the memory of its function."
  type = object({
    auth            = optional(string, "api_key")
    rate_per_second = optional(number, 50)
    burst           = optional(number, 100)
    memory_mb       = optional(number, 1024)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["api_key"], var.reader.auth)
    error_message = "reader.auth must be api_key."
  }

  validation {
    condition = (
      var.reader.rate_per_second >= 1 && var.reader.rate_per_second <= 10000 &&
      var.reader.burst >= 1 && var.reader.burst <= 5000
    )
    error_message = "reader.rate_per_second must be from 1 to 10000, and reader.burst from 1 to 5000."
  }

  validation {
    condition     = var.reader.memory_mb >= 128 && var.reader.memory_mb <= 10240
    error_message = "reader.memory_mb must be from 128 to 10240."
  }
}

variable "search" {
  description = "Search over all entities: the memory and disk of its two functions, and how long the indexer collects changes."
  type = object({
    memory_mb = optional(number, 1769)
    # Each function holds the index on its disk, and during a change also the next one.
    storage_mb = optional(number, 10240)
    # A change is found after about this time.
    batching_window_seconds = optional(number, 5)
    # Days that S3 keeps the parts of an upload that a writer of the index did not complete. 0: forever.
    unfinished_upload_days = optional(number, 1)
  })
  default  = {}
  nullable = false
}
