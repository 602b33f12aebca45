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
  description = "Whether the table resists deletion and can be brought back to any second of so many days, and how many days a delete is remembered."
  type = object({
    deletion_protection    = bool
    point_in_time_recovery = bool
    recovery_days          = number
    tombstone_days         = number
  })
  nullable = false

  validation {
    condition     = var.table.tombstone_days >= var.queues.dead_letter_retention_days + 1
    error_message = "table.tombstone_days must be more than the ${var.queues.dead_letter_retention_days} days after which a dead letter may come back."
  }

  validation {
    condition     = var.table.recovery_days == null || try(var.table.recovery_days >= 1 && var.table.recovery_days <= 35, false)
    error_message = "table.recovery_days must be from 1 to 35, the most that DynamoDB knows."
  }
}

variable "queues" {
  description = "Days that what waits in a queue is kept, and days that what is put aside is."
  type        = object({ retention_days = number, dead_letter_retention_days = number })
  nullable    = false

  validation {
    condition     = var.queues.retention_days >= 1 && var.queues.dead_letter_retention_days <= 14 && var.queues.retention_days <= var.queues.dead_letter_retention_days
    error_message = "queues must keep messages from 1 to 14 days, and what is put aside no shorter than what still waits."
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

variable "encryption" {
  description = "The key that encrypts what is kept (AWS's own: null), and what every policy of a store denies."
  type = object({
    kms_key_arn = string
    denials     = list(object({ Effect = string, Principal = string, Condition = map(map(string)) }))
  })
  nullable = false
}
