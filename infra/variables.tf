# Settings of the environment as a whole.

locals {
  # The retentions in days that CloudWatch Logs supports.
  log_retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653]
}

variable "environment" {
  description = "The name of the environment; part of the name of every resource."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,14}$", var.environment))
    error_message = "environment must be 1 to 15 lowercase letters, digits and hyphens, and start with a letter."
  }
}

variable "region" {
  description = "The AWS region of all resources."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region such as eu-central-1."
  }
}

variable "package_file" {
  description = "The zip that `make package` builds; its manifest <name>.json and the zip of search are in the same folder."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.package_file, ".zip") && fileexists(var.package_file)
    error_message = "package_file must be an existing .zip file: run `make package` first."
  }

  validation {
    condition     = can(jsondecode(file(replace(var.package_file, "/[.]zip$/", ".json"))).sources)
    error_message = "package_file must have a manifest with sources in the same folder: run `make package` again."
  }
}

variable "project" {
  description = "The prefix of the name of every resource."
  type        = string
  default     = "ingestion"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.project))
    error_message = "project must be 1 to 16 lowercase letters, digits and hyphens, and start with a letter."
  }
}

variable "account_id" {
  description = "The AWS account of the environment (default: any). Terraform rejects credentials of other accounts."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be the 12 digits of an AWS account, in quotes."
  }
}

variable "functions" {
  description = "The architecture, memory, log retention and X-Ray tracing of all functions."
  type = object({
    architecture       = optional(string, "arm64")
    memory_mb          = optional(number, 512)
    log_retention_days = optional(number, 30)
    tracing            = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.functions.architecture)
    error_message = "functions.architecture must be arm64 or x86_64."
  }

  validation {
    condition     = var.functions.memory_mb >= 128 && var.functions.memory_mb <= 10240
    error_message = "functions.memory_mb must be from 128 to 10240."
  }

  validation {
    condition     = contains(local.log_retentions, var.functions.log_retention_days)
    error_message = "functions.log_retention_days must be a retention that CloudWatch Logs supports, such as 30 or 365."
  }
}

variable "encryption" {
  description = "The encryption of all stored data."
  type = object({
    # Encrypt with a KMS key of the environment, which costs $1 a month plus its use; false: AWS's own keys.
    customer_managed_key = optional(bool, true)
    # Days in which a deleted key can be restored.
    deletion_window_days = optional(number, 30)
    # Deny requests without TLS to buckets, topics and queues.
    tls_only = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.encryption.deletion_window_days >= 7 && var.encryption.deletion_window_days <= 30
    error_message = "encryption.deletion_window_days must be from 7 to 30."
  }
}

variable "package_retention_days" {
  description = "Days that deleted and replaced packages are kept; null: forever."
  type        = number
  default     = 30

  validation {
    condition = var.package_retention_days == null || try(
      var.package_retention_days >= 1 && floor(var.package_retention_days) == var.package_retention_days, false
    )
    error_message = "package_retention_days must be a whole number from 1, or null to keep packages forever."
  }
}

variable "s3_use_path_style" {
  description = "Address buckets by path instead of host name, for endpoints without wildcard host names."
  type        = bool
  default     = false
  nullable    = false
}
