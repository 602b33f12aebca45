variable "name" {
  description = "First part of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name must be 1 to 60 letters, digits, - and _."
  }
}

variable "namespace" {
  description = "The namespace of the functions' own metrics."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Where the metrics are."
  type        = string
  nullable    = false
}

variable "watched" {
  description = "What there is to watch, as metrics name it: by source its queues and entities; the other queues, the functions, the API, the table, the topics."
  type = object({
    lanes = map(object({
      queue             = string
      dead_letter_queue = string
      entities          = list(string)
    }))
    unrouted_queue           = string
    other_dead_letter_queues = map(string)
    delivery_queues          = map(string)
    functions                = map(string)
    api                      = object({ api = string, stage = string })
    table                    = object({ name = string, indexes = list(string) })
    topics                   = map(string)
  })
  nullable = false
}

variable "alarm_arns" {
  description = "The alarms whose state is shown."
  type        = list(string)
  nullable    = false
}
