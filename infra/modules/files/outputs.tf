output "upload_bucket" {
  description = "The bucket for uploads to uploads/<source>/, and the largest upload that it accepts."
  value       = { name = aws_s3_bucket.this.bucket, arn = aws_s3_bucket.this.arn, max_upload_bytes = local.max_upload_bytes }
  # Uploads must not start before the bucket calls the functions.
  depends_on = [aws_s3_bucket_notification.this]
}

output "failures_queue" {
  description = "The queue of failed calls for files."
  value       = { url = aws_sqs_queue.failures.url, name = aws_sqs_queue.failures.name }
}

output "function_names" {
  description = "The names of the extractor and the inserter."
  value       = { extractor = module.extractor.name, inserter = module.inserter.name }
}
