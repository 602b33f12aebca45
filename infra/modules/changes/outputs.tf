output "topic" {
  description = "The topic that publishes every change."
  value       = { arn = aws_sns_topic.this.arn, name = aws_sns_topic.this.name }
}

output "failures_queue" {
  description = "The queue with the positions of failed stream records."
  value       = { url = aws_sqs_queue.failures.url, name = aws_sqs_queue.failures.name }
}

output "function_name" {
  description = "The name of the function that publishes stream records as changes."
  value       = module.function.name
}
