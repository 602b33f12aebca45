output "name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "The function's ARN."
  value       = aws_lambda_function.this.arn
}

output "invoke_arn" {
  description = "The address by which API Gateway calls it."
  value       = aws_lambda_function.this.invoke_arn
}

output "policy" {
  description = "What the function may do, as JSON."
  value       = aws_iam_role_policy.this.policy
}

output "environment" {
  description = "The function's environment variables."
  value       = aws_lambda_function.this.environment[0].variables
  sensitive   = true # Some of it may be.
}

output "timeout_seconds" {
  description = "After how long a run is stopped."
  value       = aws_lambda_function.this.timeout
}

output "role_name" {
  description = "The role that the function runs as."
  value       = aws_iam_role.this.name
}
