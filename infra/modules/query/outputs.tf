output "function_name" {
  description = "The function that answers readers."
  value       = module.function.name
}

output "invoke_arn" {
  description = "The address by which API Gateway calls it."
  value       = module.function.invoke_arn
}
