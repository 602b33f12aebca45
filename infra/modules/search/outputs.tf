output "function" {
  description = "The name of the function that searches, and the ARN that API Gateway uses to invoke it."
  value       = { name = module.search.name, invoke_arn = module.search.invoke_arn }
}

output "indexer_name" {
  description = "The name of the function that writes the index."
  value       = module.indexer.name
}

output "queue" {
  description = "The queue of changes that the indexer reads."
  value       = { url = aws_sqs_queue.this.url, name = aws_sqs_queue.this.name }
}

output "failures_queue" {
  description = "The queue of changes that were not indexed."
  value       = { url = aws_sqs_queue.failures.url, name = aws_sqs_queue.failures.name }
}

output "undelivered_queue" {
  description = "The queue of changes that the topic could not deliver to the indexer's queue."
  value       = { url = aws_sqs_queue.undelivered.url, name = aws_sqs_queue.undelivered.name }
}

output "index_bucket" {
  description = "The name of the bucket of the index."
  value       = aws_s3_bucket.this.bucket
}
