output "drop_bucket" {
  description = "The bucket for uploads to uploads/<source>/, and the largest upload that it accepts."
  value       = { name = aws_s3_bucket.this.bucket, arn = aws_s3_bucket.this.arn, max_upload_bytes = local.max_upload_bytes }
  # Uploads must not start before the bucket calls the functions.
  depends_on = [aws_s3_bucket_notification.this]
}

output "failures_queue_url" {
  description = "The queue of failed calls for files."
  value       = aws_sqs_queue.failures.url
}

output "function_names" {
  description = "The extractor and the inserter."
  value       = { extractor = module.extractor.name, inserter = module.inserter.name }
}

output "failures_queue_name" {
  description = "The name of the queue of failed calls."
  value       = aws_sqs_queue.failures.name
}
