output "queue_arn" {
  description = "The queue that receives the subscriber's changes."
  value       = aws_sns_topic_subscription.this.endpoint
}

output "dead_letter_queue" {
  description = "The dead-letter queue of the subscriber."
  value       = { url = aws_sqs_queue.dlq.url, name = aws_sqs_queue.dlq.name }
}

output "delivery" {
  description = "The names of the queue, function and secret that deliver to the endpoint; null for a subscriber with its own queue."
  value = one([for delivery in module.delivery : {
    queue_name    = delivery.queue.name
    function_name = delivery.function_name
    secret_name   = delivery.secret_name
  }])
}
