output "topic_arn" {
  description = "The topic that tells every change."
  value       = aws_sns_topic.this.arn
}

output "failures_queue_url" {
  description = "Where it is written which records of the stream failed."
  value       = aws_sqs_queue.failures.url
}

output "function_name" {
  description = "The function that turns the stream's records into changes."
  value       = module.function.name
}
