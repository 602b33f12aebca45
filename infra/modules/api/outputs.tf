output "url" {
  description = "Where sources post: <url>/<path>."
  value = (
    var.url_format == null
    ? aws_api_gateway_stage.this.invoke_url
    : format(var.url_format, aws_api_gateway_rest_api.this.id, aws_api_gateway_stage.this.stage_name)
  )
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
