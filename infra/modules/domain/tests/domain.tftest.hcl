# The API's own domain name: TLS, client certificates and DNS.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  stage = { api_id = "abcdefghij", name = "test" }
  domain = {
    name            = "api.example.com"
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
  }
}

run "the_domain_serves_the_stage_with_tls_1_2" {
  command = plan

  assert {
    condition = (
      [aws_api_gateway_domain_name.this.security_policy, one(aws_api_gateway_domain_name.this.endpoint_configuration).types] ==
      ["TLS_1_2", tolist(["REGIONAL"])]
    )
    error_message = "the domain must be regional and require TLS 1.2"
  }

  assert {
    condition = (
      [
        aws_api_gateway_base_path_mapping.this.api_id,
        aws_api_gateway_base_path_mapping.this.stage_name,
        try(length(aws_api_gateway_base_path_mapping.this.base_path), 0),
      ] ==
      ["abcdefghij", "test", 0]
    )
    error_message = "the stage must be the domain's root, because functions expect no base path"
  }

  assert {
    condition     = length(aws_route53_record.this) == 0 && length(aws_api_gateway_domain_name.this.mutual_tls_authentication) == 0
    error_message = "there must be no DNS record and no mutual TLS by default"
  }
}

run "mutual_tls_uses_a_version_of_the_truststore" {
  command = plan

  variables {
    domain = {
      name                      = "api.example.com"
      certificate_arn           = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
      ownership_certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/2"
      hosted_zone_id            = "Z0123456789"
      mutual_tls                = { truststore_uri = "s3://trust/clients.pem", truststore_version = "3sL4kqtJlcpXroDTDmJ" }
    }
  }

  assert {
    condition = (
      [for tls in aws_api_gateway_domain_name.this.mutual_tls_authentication : [tls.truststore_uri, tls.truststore_version]] ==
      [["s3://trust/clients.pem", "3sL4kqtJlcpXroDTDmJ"]]
    )
    error_message = "mutual TLS must use this version of the truststore"
  }

  assert {
    condition     = endswith(aws_api_gateway_domain_name.this.ownership_verification_certificate_arn, "/2")
    error_message = "an imported certificate must have an ownership certificate"
  }

  assert {
    condition = [for zone, record in aws_route53_record.this : [zone, record.name, record.type]] == [
      ["Z0123456789", "api.example.com", "A"],
    ]
    error_message = "the DNS record must point to the API"
  }
}

run "invalid_names_are_rejected" {
  command = plan

  variables {
    domain = { name = "https://api.example.com", certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1" }
  }

  expect_failures = [var.domain]
}

run "an_arn_that_is_no_certificate_is_rejected" {
  command = plan

  variables {
    domain = { name = "api.example.com", certificate_arn = "arn:aws:iam::123456789012:server-certificate/1" }
  }

  expect_failures = [var.domain]
}

run "a_truststore_outside_s3_is_rejected" {
  command = plan

  variables {
    domain = {
      name            = "api.example.com"
      certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
      mutual_tls      = { truststore_uri = "https://trust.example.com/clients.pem", truststore_version = "1" }
    }
  }

  expect_failures = [var.domain]
}

run "a_truststore_without_a_version_is_rejected" {
  command = plan

  variables {
    domain = {
      name            = "api.example.com"
      certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
      mutual_tls      = { truststore_uri = "s3://trust/clients.pem", truststore_version = "null" }
    }
  }

  expect_failures = [var.domain]
}
