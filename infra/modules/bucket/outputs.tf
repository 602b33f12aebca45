output "encryption" {
  description = "How what is put into the bucket is encrypted: the algorithm, and the key if it is ours."
  value       = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default)
}

output "policy" {
  description = "The bucket's policy as JSON, if there is one."
  value       = one(aws_s3_bucket_policy.this[*].policy)
}
