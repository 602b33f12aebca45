output "queue" {
  description = "The queue of changes to deliver."
  value       = { arn = aws_sqs_queue.this.arn, name = aws_sqs_queue.this.name }
}

output "secret_name" {
  description = "The name of the secret that signs the changes."
  value       = aws_secretsmanager_secret.this.name
}

output "function_name" {
  description = "The name of the function that posts to the endpoint."
  value       = module.function.name
}
