# The values that tests see instead of AWS. Terraform fills other attributes with random text during a plan, but only for
# types that are listed here; a new type needs an entry. Values are set if a test or a provider checks their form.

mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
}

mock_data "aws_service_principal" {
  defaults = { id = "service.eu-central-1.amazonaws.com", name = "lambda.amazonaws.com" }
}

mock_resource "aws_api_gateway_api_key" {}
mock_resource "aws_api_gateway_base_path_mapping" {}
mock_resource "aws_api_gateway_deployment" {}
mock_resource "aws_api_gateway_domain_name" {}
mock_resource "aws_api_gateway_gateway_response" {}
mock_resource "aws_api_gateway_integration" {}
mock_resource "aws_api_gateway_method" {}
mock_resource "aws_api_gateway_method_settings" {}
mock_resource "aws_api_gateway_resource" {}
mock_resource "aws_api_gateway_rest_api" {
  defaults = { execution_arn = "arn:aws:execute-api:eu-central-1:123456789012:abcdefghij" }
}

mock_resource "aws_api_gateway_rest_api_policy" {}

mock_resource "aws_api_gateway_stage" {
  defaults = { arn = "arn:aws:apigateway:eu-central-1::/restapis/abcdefghij/stages/test" }
}

mock_resource "aws_api_gateway_usage_plan" {}
mock_resource "aws_api_gateway_usage_plan_key" {}

mock_resource "aws_cloudwatch_dashboard" {}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mock" }
}

mock_resource "aws_cloudwatch_metric_alarm" {}

mock_resource "aws_dynamodb_table" {
  defaults = {
    arn        = "arn:aws:dynamodb:eu-central-1:123456789012:table/mock"
    stream_arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/mock/stream/2026-01-31T12:00:00.000"
  }
}

mock_resource "aws_iam_openid_connect_provider" {}

mock_resource "aws_iam_policy" {
  defaults = { arn = "arn:aws:iam::123456789012:policy/mock" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
}

mock_resource "aws_iam_role_policy" {}
mock_resource "aws_iam_role_policy_attachment" {}
mock_resource "aws_kms_alias" {}

mock_resource "aws_kms_key" {
  defaults = { arn = "arn:aws:kms:eu-central-1:123456789012:key/mock" }
}

mock_resource "aws_lambda_event_source_mapping" {}

mock_resource "aws_lambda_function" {
  defaults = { arn = "arn:aws:lambda:eu-central-1:123456789012:function:mock" }
}

mock_resource "aws_lambda_function_event_invoke_config" {}
mock_resource "aws_lambda_function_recursion_config" {}
mock_resource "aws_lambda_permission" {}

mock_resource "aws_route53_record" {}

mock_resource "aws_s3_bucket" {
  defaults = { arn = "arn:aws:s3:::mock" }
}

mock_resource "aws_s3_bucket_lifecycle_configuration" {}
mock_resource "aws_s3_bucket_notification" {}
mock_resource "aws_s3_bucket_ownership_controls" {}
mock_resource "aws_s3_bucket_policy" {}
mock_resource "aws_s3_bucket_public_access_block" {}
mock_resource "aws_s3_bucket_server_side_encryption_configuration" {}
mock_resource "aws_s3_bucket_versioning" {}
mock_resource "aws_s3_object" {}

mock_resource "aws_secretsmanager_secret" {
  defaults = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mock-AbCdEf" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:eu-central-1:123456789012:mock.fifo" }
}

mock_resource "aws_sns_topic_policy" {}

mock_resource "aws_sns_topic_subscription" {
  defaults = { filter_policy_scope = "MessageAttributes" }
}

mock_resource "aws_sqs_queue" {
  defaults = { arn = "arn:aws:sqs:eu-central-1:123456789012:mock.fifo" }
}

mock_resource "aws_xray_resource_policy" {}
mock_resource "aws_wafv2_web_acl" {
  defaults = { arn = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/mock/1" }
}

mock_resource "aws_wafv2_web_acl_association" {}
mock_resource "aws_wafv2_web_acl_logging_configuration" {}
