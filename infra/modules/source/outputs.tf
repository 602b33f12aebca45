output "subscribed_source" {
  description = "The source's name, once its queue is subscribed to the topic and its worker is mapped to the queue."
  value       = var.source_id
  depends_on  = [aws_sns_topic_subscription.this, aws_lambda_event_source_mapping.this]
}

output "queue_url" {
  description = "The URL of the source's queue."
  value       = aws_sqs_queue.this.url
}

output "dead_letter_queue_url" {
  description = "The URL of the source's dead-letter queue."
  value       = aws_sqs_queue.dlq.url
}

output "function_name" {
  description = "The name of the source's worker."
  value       = module.worker.name
}

output "queue_name" {
  description = "The name of the source's queue."
  value       = aws_sqs_queue.this.name
}

output "dead_letter_queue_name" {
  description = "The name of the source's dead-letter queue."
  value       = aws_sqs_queue.dlq.name
}
