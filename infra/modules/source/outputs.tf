output "queue_url" {
  description = "The source's queue."
  value       = aws_sqs_queue.this.url
}

output "dead_letter_queue_url" {
  description = "Where the source's dead letters are."
  value       = aws_sqs_queue.dlq.url
}

output "function_name" {
  description = "The source's worker."
  value       = module.worker.name
}
