variable "name" {
  description = "First part of the topic's and the queue's name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name must be 1 to 60 letters, digits, - and _."
  }
}

variable "sources" {
  description = "Names of the sources that have a queue of their own."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.sources) > 0
    error_message = "sources must hold at least one name."
  }
}

variable "tracing" {
  description = "Whether X-Ray shows how long an event was on the topic."
  type        = bool
  nullable    = false
}
