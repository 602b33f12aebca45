variable "name" {
  description = "First part of the table's name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{3,200}$", var.name))
    error_message = "name must be 3 to 200 letters, digits, dots, - and _."
  }
}

variable "table" {
  description = "Whether the table resists deletion and can be brought back to any second of 35 days, and how many days a delete is remembered."
  type = object({
    deletion_protection    = bool
    point_in_time_recovery = bool
    tombstone_days         = number
  })
  nullable = false

  validation {
    condition     = var.table.tombstone_days >= 15
    error_message = "table.tombstone_days must be at least 15: a dead letter may come back after 14."
  }
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
