output "queue_arn" {
  description = "The queue that holds what is to be delivered."
  value       = aws_sqs_queue.this.arn
}

output "policy" {
  description = "What the function may do, as JSON."
  value       = module.function.policy
}

output "queue_name" {
  description = "The same queue, as metrics name it."
  value       = aws_sqs_queue.this.name
}

output "function_name" {
  description = "The function that posts to the endpoint."
  value       = module.function.name
}
