# The responses that API Gateway sends without calling a function, as RFC 9457 problem documents.

locals {
  _content_type = { "gatewayresponse.header.Content-Type" = "'application/problem+json'" }
  _retry_after  = { "gatewayresponse.header.Retry-After" = "'1'" }

  # The body of each response.
  gateway_responses = {
    for type, response in {
      MISSING_AUTHENTICATION_TOKEN = [404, "there is no such path and method, or it takes signed AWS requests only: ask the API's operator"]
      ACCESS_DENIED                = [403, "the request must be signed by one of this source's principals"]
      INVALID_SIGNATURE            = [403, "the signature (AWS Signature Version 4) is not valid"]
      EXPIRED_TOKEN                = [403, "the AWS credentials have expired"]
      INVALID_API_KEY              = [403, "the header x-api-key must hold the key of this path: ask the API's operator for the key"]
      REQUEST_TOO_LARGE            = [413, "a body must have at most 4400000 bytes: send fewer events in a request"]
      WAF_FILTERED                 = [403, "the firewall blocked this request as an attack"]
      THROTTLED                    = [429, "the rate limit is exceeded: retry, with the same ids for events"]
      QUOTA_EXCEEDED               = [429, "this key's quota is exceeded: retry, with the same ids for events"]
      INTEGRATION_TIMEOUT          = [503, "the platform did not respond in time: retry, with the same ids for events"]
      DEFAULT_5XX                  = [503, "the platform failed: retry, with the same ids for events"]
    } : type => { status = response[0], title = local._titles[response[0]], detail = response[1] }
  }
  _titles = {
    403 = "Forbidden"
    404 = "Not Found"
    413 = "Content Too Large"
    429 = "Too Many Requests"
    503 = "Service Unavailable"
  }
}

resource "aws_api_gateway_gateway_response" "this" {
  for_each = local.gateway_responses

  rest_api_id         = aws_api_gateway_rest_api.this.id
  response_type       = each.key
  status_code         = tostring(each.value.status)
  response_templates  = { "application/json" = jsonencode(each.value) }
  response_parameters = merge(local._content_type, contains([429, 503], each.value.status) ? local._retry_after : {})
}
