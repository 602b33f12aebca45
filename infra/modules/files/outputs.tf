output "drop" {
  description = "The drop bucket, where files go to uploads/<source>/, and how large one may be."
  value = {
    bucket           = { name = aws_s3_bucket.this.bucket, arn = aws_s3_bucket.this.arn }
    max_upload_bytes = local.max_upload_bytes
  }
  # Nobody may put a file there before the functions are called for it.
  depends_on = [aws_s3_bucket_notification.this]
}

output "failures_queue_url" {
  description = "Where calls for files are that failed for good."
  value       = aws_sqs_queue.failures.url
}

output "function_names" {
  description = "The functions of both stages."
  value       = { extractor = module.extractor.name, inserter = module.inserter.name }
}

output "failures_queue_name" {
  description = "The queue of failed calls, as metrics name it."
  value       = aws_sqs_queue.failures.name
}
