output "queue_arn" {
  description = "The queue that the subscriber's changes go to."
  value       = aws_sns_topic_subscription.this.endpoint
}

output "dead_letter_queue_url" {
  description = "Where those are that it did not take."
  value       = aws_sqs_queue.dlq.url
}
