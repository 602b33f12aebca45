output "function_name" {
  description = "The function that answers readers."
  value       = module.function.name
}

output "invoke_arn" {
  description = "The ARN that API Gateway uses to invoke the function."
  value       = module.function.invoke_arn
}
