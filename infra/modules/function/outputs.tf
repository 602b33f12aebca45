output "name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "The function's ARN."
  value       = aws_lambda_function.this.arn
}

output "invoke_arn" {
  description = "The ARN that API Gateway uses to invoke the function."
  value       = aws_lambda_function.this.invoke_arn
}

output "policy" {
  description = "The policy of the function's role, as JSON."
  value       = aws_iam_role_policy.this.policy
}

output "environment" {
  description = "The function's environment variables."
  value       = aws_lambda_function.this.environment[0].variables
  sensitive   = true # Some values may be sensitive.
}

output "timeout_seconds" {
  description = "The timeout of a run."
  value       = aws_lambda_function.this.timeout
}

output "role_name" {
  description = "The name of the function's role."
  value       = aws_iam_role.this.name
}

output "concurrency" {
  description = "The most runs at a time; -1 without a limit of its own."
  value       = aws_lambda_function.this.reserved_concurrent_executions
}
