variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name       = string
    encryption = object({ kms_key_arn = string })
  })
  nullable = false
}

variable "table" {
  description = "How the table is protected, the days of its point-in-time recovery, and the days that it keeps a tombstone."
  type = object({
    deletion_protection    = bool
    point_in_time_recovery = bool
    recovery_days          = number
    tombstone_days         = number
  })
  nullable = false
}

variable "reference_fields" {
  description = "Fields that hold another entity's id, each of which gets an index; the package's manifest lists them."
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for field in var.reference_fields : can(regex("^[a-z_][a-z0-9_]{0,127}$", field))])
    error_message = "reference_fields must be names of small letters, digits and _, at most 128."
  }

  validation {
    condition     = length(var.reference_fields) <= 19
    error_message = "There can be at most 19 reference_fields: a table has 20 indexes, and one is EntityNameIndex."
  }
}
