variable "context" {
  description = "The shared settings that this module reads."
  type        = object({ name = string, encryption = object({ kms_key_arn = string }) })
  nullable    = false
}

variable "table" {
  description = "The protection of the table, the days of point-in-time recovery, and the days that tombstones are kept."
  type        = object({ deletion_protection = bool, point_in_time_recovery = bool, recovery_days = number, tombstone_days = number })
  nullable    = false
}

variable "reference_fields" {
  description = "Fields that hold another entity's id; each gets an index. The package's manifest lists them."
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for field in var.reference_fields : can(regex("^[a-z_][a-z0-9_]{0,127}$", field))])
    error_message = "reference_fields must be names of at most 128 lowercase letters, digits and _."
  }

  validation {
    condition     = length(var.reference_fields) <= 18
    error_message = "reference_fields must have at most 18 names: a table has 20 indexes, two of them EntityNameIndex and StoredAtIndex."
  }
}
