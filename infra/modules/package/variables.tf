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
  description = "The path of the functions' zip."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.file, ".zip")
    error_message = "file must be the path of a .zip file."
  }
}

variable "manifest" {
  description = "The manifest that `make package` writes next to the zip."
  type        = object({ sha256 = string, architecture = string, runtime = string, catalog_sha256 = string })
  nullable    = false

  validation {
    condition     = length(var.manifest.sha256) == 64 && length(var.manifest.catalog_sha256) == 64
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
