variable "context" {
  description = "The shared settings that this module reads."
  type        = object({ name = string, encryption = object({ kms_key_arn = string }) })
  nullable    = false
}

variable "stage_arn" {
  description = "The ARN of the API's stage."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:apigateway:[a-z0-9-]+::/restapis/[^/]+/stages/[^/]+$", var.stage_arn))
    error_message = "stage_arn must be the ARN of a REST API's stage."
  }
}

variable "waf" {
  description = "The requests that an IP address may send in five minutes, and the days that a log of requests is kept (null: no log)."
  type        = object({ rate_limit_per_ip = number, log_retention_days = optional(number) })
  nullable    = false

  validation {
    condition     = var.hmac_rate_per_second == null || var.waf.rate_limit_per_ip < 300 * coalesce(var.hmac_rate_per_second, 1)
    error_message = "waf.rate_limit_per_ip (in 300 seconds) must be below 300 * hmac_paths.rate_per_second: lower it, or raise hmac_paths."
  }

  validation {
    condition     = var.waf.rate_limit_per_ip >= 10 && var.waf.rate_limit_per_ip <= 2000000000
    error_message = "waf.rate_limit_per_ip must be from 10 to 2000000000, the limits of AWS WAF."
  }

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], coalesce(var.waf.log_retention_days, 1)
    )
    error_message = "waf.log_retention_days must be a retention that CloudWatch Logs supports, such as 30 or 365."
  }
}

variable "hmac_rate_per_second" {
  description = "The gateway's limit for each path of a source with auth hmac, basic or bearer (null: there is none)."
  type        = number
  default     = null
}

variable "signature_headers" {
  description = "The headers with the signatures of sources, in lower case."
  type        = set(string)
  default     = []
  nullable    = false
}
