# The API's own name: with TLS 1.2 at least, a record that points to it and, if wanted, callers' certificates.

resource "aws_api_gateway_domain_name" "this" {
  domain_name              = var.domain.name
  regional_certificate_arn = var.domain.certificate_arn
  security_policy          = "TLS_1_2"
  # Proves who owns the name where the certificate is imported or of a private authority.
  ownership_verification_certificate_arn = var.domain.ownership_certificate_arn

  endpoint_configuration {
    types = ["REGIONAL"] # Mutual TLS knows no other.
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
  # No base path: the paths are those that the functions know.
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
