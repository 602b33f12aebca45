output "object" {
  description = "The published object in S3."
  value       = { bucket = aws_s3_object.this.bucket, key = aws_s3_object.this.key }
}
