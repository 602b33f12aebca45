output "url" {
  description = "Where sources post: <url>/<path>."
  value       = local.told_url == null ? aws_api_gateway_stage.this.invoke_url : local.told_url
}

output "stage" {
  description = "The stage that is deployed."
  value = {
    api_id = aws_api_gateway_rest_api.this.id
    name   = aws_api_gateway_stage.this.stage_name
    arn    = aws_api_gateway_stage.this.arn
  }
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

output "metrics_name" {
  description = "The API and its stage, as metrics name them."
  value       = { api = aws_api_gateway_rest_api.this.name, stage = aws_api_gateway_stage.this.stage_name }
}
