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

variable "file" {
  description = "The zip."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.file, ".zip")
    error_message = "file must be a .zip."
  }
}

variable "manifest" {
  description = "What the zip was built for and from, as the build wrote it."
  type = object({
    sha256         = string
    architecture   = string
    runtime        = string
    catalog_sha256 = string
  })
  nullable = false

  validation {
    condition     = length(var.manifest.sha256) == 64 && length(var.manifest.catalog_sha256) == 64
    error_message = "manifest must hold SHA-256 digests in hexadecimal: build the package again with `make package`."
  }
}

variable "expected_digest" {
  description = "SHA-256 of the catalog that this plan reads."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.expected_digest) == 64
    error_message = "expected_digest must be a SHA-256 digest in hexadecimal."
  }
}

variable "retention_days" {
  description = "Days that a replaced zip is kept; for ever: null."
  type        = number
  default     = null
}
