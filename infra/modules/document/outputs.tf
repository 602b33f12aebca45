output "object" {
  description = "The object in S3 that holds the document."
  value       = { bucket = aws_s3_object.this.bucket, key = aws_s3_object.this.key }
}
