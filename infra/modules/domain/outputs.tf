output "target" {
  description = "The target for an alias or CNAME record of the domain name."
  value       = aws_api_gateway_domain_name.this.regional_domain_name
}
