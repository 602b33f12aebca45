output "url" {
  description = "Where sources post: <url>/<path>."
  value       = local.told_url == null ? aws_api_gateway_stage.this.invoke_url : local.told_url
}

output "keys" {
  description = "The API key of each source."
  value       = { for source, key in aws_api_gateway_api_key.this : source => key.value }
  sensitive   = true
}

output "function_name" {
  description = "The API's function."
  value       = module.function.name
}
