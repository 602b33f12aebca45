output "url" {
  description = "Where sources post: <url>/<path>."
  value       = local.url == null ? aws_api_gateway_stage.this.invoke_url : local.url
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
  description = "The API key to use now of each source that has one, and the operator's."
  value       = { for sender in local.senders : sender => aws_api_gateway_api_key.this[local.live_keys[sender][0]].value }
  sensitive   = true
}

output "reader_key" {
  description = "The API key to use now of those who read."
  value       = aws_api_gateway_api_key.this[local.live_keys.reader[0]].value
  sensitive   = true
}

output "next_keys" {
  description = "The API key of each source, the operator and the reader that is good as well, to go over to before the other is retired."
  value       = { for caller, live in local.live_keys : caller => aws_api_gateway_api_key.this[live[1]].value }
  sensitive   = true
}

output "reading_keys" {
  description = "Every API key that may read: the reader's and the operator's."
  value       = [for key in concat(local.live_keys.reader, local.live_keys[var.operator]) : aws_api_gateway_api_key.this[key].value]
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
