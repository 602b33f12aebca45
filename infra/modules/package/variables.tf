variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name     = string
    function = object({ architecture = string })
    encryption = object({
      kms_key_arn     = string
      deny_statements = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
    })
  })
  nullable = false
}

variable "directory" {
  description = "The folder of the zips."
  type        = string
  nullable    = false
}

variable "manifest" {
  description = "The manifest that `make package` writes beside the zips."
  type = object({
    packages       = map(object({ file = string, sha256 = string }))
    architecture   = string
    runtime        = string
    catalog_sha256 = string
  })
  nullable = false

  validation {
    condition     = keys(var.manifest.packages) == tolist(["functions", "search"])
    error_message = "manifest must contain the packages functions and search: run `make package` again."
  }

  validation {
    condition = alltrue([
      for digest in concat([var.manifest.catalog_sha256], values(var.manifest.packages)[*].sha256) : length(digest) == 64
    ])
    error_message = "manifest must contain SHA-256 digests in hexadecimal: run `make package` again."
  }
}

variable "catalog_sha256" {
  description = "The SHA-256 of config/sources.yaml in this checkout."
  type        = string
  nullable    = false
}

variable "retention_days" {
  description = "Days that a replaced zip is kept; null: forever."
  type        = number
  default     = null
}
