output "url" {
  description = "Where sources post: <url>/<path>."
  value = (
    var.url_format == null
    ? aws_api_gateway_stage.this.invoke_url
    : format(var.url_format, aws_api_gateway_rest_api.this.id, aws_api_gateway_stage.this.stage_name)
  )
}

output "keys" {
  description = "The API key of each source, and the operator's."
  value       = { for sender in local.senders : sender => aws_api_gateway_api_key.this[sender].value }
  sensitive   = true
}

output "reader_key" {
  description = "The API key of those who read."
  value       = aws_api_gateway_api_key.this["reader"].value
  sensitive   = true
}

output "function_name" {
  description = "The API's function."
  value       = module.function.name
}
