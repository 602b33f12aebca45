variable "bucket" {
  description = "The bucket of the packages. No object of it expires or calls a function."
  type        = string
  nullable    = false
}

variable "key" {
  description = "The name of the object, such as schemas.json."
  type        = string
  nullable    = false
}

variable "content" {
  description = "The content, as JSON. It must contain no secret, because every deploy and every plan may read it."
  type        = string
  nullable    = false
}
