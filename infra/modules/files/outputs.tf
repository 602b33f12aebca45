output "bucket" {
  description = "The drop bucket: put files at uploads/<source>/."
  value       = { name = aws_s3_bucket.this.bucket, arn = aws_s3_bucket.this.arn }
  # Nobody may put a file there before the functions are called for it.
  depends_on = [aws_s3_bucket_notification.this]
}

output "max_upload_bytes" {
  description = "How large a file may be, as it is uploaded."
  value       = local.max_upload_bytes
}

output "failures_queue_url" {
  description = "Where calls for files are that failed for good."
  value       = aws_sqs_queue.failures.url
}

output "function_names" {
  description = "The functions of both stages."
  value       = { extractor = module.extractor.name, inserter = module.inserter.name }
}
