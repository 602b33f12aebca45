variable "name" {
  description = "First part of the bucket's name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,31}$", var.name))
    error_message = "name must be 2 to 32 small letters, digits and hyphens."
  }
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

variable "architecture" {
  description = "The processor that the functions will run on."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be arm64 or x86_64."
  }
}

variable "encryption" {
  description = "The key that encrypts what is kept (AWS's own: null), and what every policy of a store denies."
  type = object({
    kms_key_arn = string
    denials     = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
  })
  nullable = false
}

variable "retention_days" {
  description = "Days that a replaced zip is kept; for ever: null."
  type        = number
  default     = null

  validation {
    condition     = var.retention_days == null || try(var.retention_days >= 1 && floor(var.retention_days) == var.retention_days, false)
    error_message = "retention_days must be a whole number from 1, or null for ever."
  }
}
