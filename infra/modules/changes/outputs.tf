output "topic_arn" {
  description = "The topic that publishes every change."
  value       = aws_sns_topic.this.arn
}

output "failures_queue_url" {
  description = "The queue with the positions of failed stream records."
  value       = aws_sqs_queue.failures.url
}

output "function_name" {
  description = "The function that publishes stream records as changes."
  value       = module.function.name
}

output "topic_name" {
  description = "The name of the change topic."
  value       = aws_sns_topic.this.name
}

output "failures_queue_name" {
  description = "The name of the failures queue."
  value       = aws_sqs_queue.failures.name
}
