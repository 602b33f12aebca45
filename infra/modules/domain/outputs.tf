output "target" {
  description = "What the name must point to, where no record was made: an alias, or a CNAME."
  value       = aws_api_gateway_domain_name.this.regional_domain_name
}
