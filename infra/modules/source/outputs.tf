output "subscribed_source" {
  description = "The source's name, once its queue is subscribed to the topic and its worker is mapped to the queue."
  value       = var.source_id
  depends_on  = [aws_sns_topic_subscription.this, aws_lambda_event_source_mapping.this]
}

output "queue" {
  description = "The source's queue."
  value       = { url = aws_sqs_queue.this.url, name = aws_sqs_queue.this.name }
}

output "dead_letter_queue" {
  description = "The source's dead-letter queue."
  value       = { url = aws_sqs_queue.dlq.url, name = aws_sqs_queue.dlq.name, arn = aws_sqs_queue.dlq.arn }
}

output "function_name" {
  description = "The name of the source's worker."
  value       = module.worker.name
}
