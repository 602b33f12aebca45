variable "bucket" {
  description = "The bucket of the packages. No object of it expires or calls a function."
  type        = string
  nullable    = false
}

variable "schemas" {
  description = "The record of each entity's schema, as JSON."
  type        = string
  nullable    = false
}
