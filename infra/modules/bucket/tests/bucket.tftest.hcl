# A bucket that is ours alone: encrypted, and by TLS only.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context = jsondecode(file("../../tests/fixtures/context.json"))
  bucket  = { id = "drop", arn = "arn:aws:s3:::drop" }
}

run "the_key_encrypts_what_is_put_and_plain_http_is_turned_away" {
  command = plan

  variables {
    context = merge(var.context, {
      encryption = {
        kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/1"
        deny_statements = [{ Effect = "Deny", Principal = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }]
      }
    })
  }

  assert {
    condition = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default == tolist([
      { sse_algorithm = "aws:kms", kms_master_key_id = var.context.encryption.kms_key_arn }
    ]) && one(aws_s3_bucket_server_side_encryption_configuration.this.rule).bucket_key_enabled
    error_message = "the bucket must be encrypted with the key, by a bucket key that saves calls"
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this[0].policy).Statement == [
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [var.bucket.arn, "${var.bucket.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }
    ]
    error_message = "the bucket and its objects must turn plain HTTP away"
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "there must be no ACLs"
  }
}

run "without_a_key_of_ours_aws_encrypts_with_its_own" {
  command = plan

  assert {
    condition = (
      one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm ==
      "AES256"
    )
    error_message = "S3 must encrypt with its own key"
  }

  assert {
    condition     = length(aws_s3_bucket_policy.this) == 0
    error_message = "plain HTTP must be let in where that is wanted"
  }
}
