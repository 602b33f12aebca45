output "function" {
  description = "The name of the function that serves readers, and the ARN that API Gateway uses to invoke it."
  value       = { name = module.function.name, invoke_arn = module.function.invoke_arn }
}
