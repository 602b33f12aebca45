output "queue_arn" {
  description = "The queue that the subscriber's changes go to."
  value       = aws_sns_topic_subscription.this.endpoint
}

output "dead_letter_queue_url" {
  description = "Where those are that it did not take."
  value       = aws_sqs_queue.dlq.url
}

output "dead_letter_queue_name" {
  description = "The same queue, as metrics name it."
  value       = aws_sqs_queue.dlq.name
}

output "delivery" {
  description = "What brings changes to its endpoint: our queue, as metrics name it, and our function; none (null) if the queue is its own."
  value       = one([for it in module.delivery : { queue_name = it.queue_name, function_name = it.function_name }])
}
