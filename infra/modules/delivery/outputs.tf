output "queue_arn" {
  description = "The queue of changes to deliver."
  value       = aws_sqs_queue.this.arn
}

output "policy" {
  description = "The policy of the function, as JSON."
  value       = module.function.policy
}

output "queue_name" {
  description = "The name of the same queue."
  value       = aws_sqs_queue.this.name
}

output "function_name" {
  description = "The function that posts to the endpoint."
  value       = module.function.name
}
