# The API's own domain name: TLS 1.2 or newer, an optional DNS record and optional mutual TLS.

resource "aws_api_gateway_domain_name" "this" {
  domain_name              = var.domain.name
  regional_certificate_arn = var.domain.certificate_arn
  security_policy          = "TLS_1_2"
  # Needed with mutual TLS if the certificate is imported or issued by a private CA.
  ownership_verification_certificate_arn = var.domain.ownership_certificate_arn

  endpoint_configuration {
    types = ["REGIONAL"] # Mutual TLS requires it.
  }

  dynamic "mutual_tls_authentication" {
    for_each = var.domain.mutual_tls[*]

    content {
      truststore_uri     = mutual_tls_authentication.value.truststore_uri
      truststore_version = mutual_tls_authentication.value.truststore_version
    }
  }
}

resource "aws_api_gateway_base_path_mapping" "this" {
  domain_name = aws_api_gateway_domain_name.this.domain_name
  api_id      = var.stage.api_id
  stage_name  = var.stage.name
  # No base path, because the functions expect the API's own paths.
}

resource "aws_route53_record" "this" {
  for_each = toset(var.domain.hosted_zone_id[*])

  zone_id = each.key
  name    = var.domain.name
  type    = "A"

  alias {
    name                   = aws_api_gateway_domain_name.this.regional_domain_name
    zone_id                = aws_api_gateway_domain_name.this.regional_zone_id
    evaluate_target_health = false
  }
}
