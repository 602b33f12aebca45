output "queue_arn" {
  description = "The queue that holds what is to be delivered."
  value       = aws_sqs_queue.this.arn
}

output "policy" {
  description = "What the function may do, as JSON."
  value       = module.function.policy
}
