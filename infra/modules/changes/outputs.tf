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

output "topic_name" {
  description = "The change topic, as metrics name it."
  value       = aws_sns_topic.this.name
}

output "failures_queue_name" {
  description = "The queue of failures, as metrics name it."
  value       = aws_sqs_queue.failures.name
}
