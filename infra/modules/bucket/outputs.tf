output "encryption" {
  description = "The encryption of the bucket: the algorithm, and the platform's key if there is one."
  value       = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default)
}

output "policy" {
  description = "The bucket's policy as JSON; null if there is none."
  value       = one(aws_s3_bucket_policy.this[*].policy)
}
