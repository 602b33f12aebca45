variable "bucket" {
  description = "The bucket that the environment's .s3.tfbackend names."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Where the bucket is."
  type        = string
  nullable    = false
}

variable "found" {
  description = "Settings that the bucket has already, so that nothing of the owner's is lost: \"policy\", \"lifecycle\"."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "tls_only" {
  description = "Whether the bucket denies requests without TLS. An emulator's endpoint has none."
  type        = bool
  default     = true
  nullable    = false
}
