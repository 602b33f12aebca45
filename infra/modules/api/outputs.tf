output "url" {
  description = "The base URL of the API; sources post to <url>/<path>."
  value       = local.public_url == null ? aws_api_gateway_stage.this.invoke_url : local.public_url
}

output "stage" {
  description = "The deployed stage."
  value = {
    api_id = aws_api_gateway_rest_api.this.id
    name   = aws_api_gateway_stage.this.stage_name
    arn    = aws_api_gateway_stage.this.arn
  }
}

output "keys" {
  description = "The current API key of the operator and of each source with auth api_key."
  value       = { for sender in local.senders : sender => aws_api_gateway_api_key.this[local.valid_keys[sender][0]].value }
  sensitive   = true
}

output "key_ids" {
  description = "The ids of the current API keys of all callers, by which an operator may read the keys from API Gateway."
  value       = { for caller, names in local.valid_keys : caller => aws_api_gateway_api_key.this[names[0]].id }
}

output "reader_key" {
  description = "The current API key of the reader."
  value       = aws_api_gateway_api_key.this[local.valid_keys.reader[0]].value
  sensitive   = true
}

output "next_keys" {
  description = "The next API key of each caller. It is already valid; change to it before a rotation retires the current one."
  value       = { for caller, names in local.valid_keys : caller => aws_api_gateway_api_key.this[names[1]].value }
  sensitive   = true
}

output "query_keys" {
  description = "The API keys that may read: the reader's and the operator's."
  value       = [for key in concat(local.valid_keys.reader, local.valid_keys[var.operator]) : aws_api_gateway_api_key.this[key].value]
  sensitive   = true
}

output "function_name" {
  description = "The function that accepts posts."
  value       = module.function.name
}

output "metrics_name" {
  description = "The API and its stage, by the names that metrics use."
  value       = { api = aws_api_gateway_rest_api.this.name, stage = aws_api_gateway_stage.this.stage_name }
}
