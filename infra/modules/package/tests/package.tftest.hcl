# The zip of all functions: its object in S3, and the zips that a plan rejects.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context        = jsondecode(file("../../tests/fixtures/context.json"))
  file           = "../../tests/fixtures/package.zip"
  manifest       = jsondecode(file("../../tests/fixtures/package.json"))
  catalog_sha256 = jsondecode(file("../../tests/fixtures/package.json")).catalog_sha256
}

run "a_zips_digest_is_its_object_key" {
  command = plan

  assert {
    condition     = aws_s3_object.this.key == "${filesha256(var.file)}.zip"
    error_message = "the object's key must contain the zip's digest, or functions keep running the old zip"
  }

  assert {
    condition     = output.object == { bucket = aws_s3_bucket.this.id, key = aws_s3_object.this.key, digest = filebase64sha256(var.file) }
    error_message = "the output must be this object and its digest in base64"
  }
}

run "the_bucket_is_never_public" {
  command = plan

  assert {
    condition = (
      aws_s3_bucket_public_access_block.this.bucket == aws_s3_bucket.this.id
      && aws_s3_bucket_public_access_block.this.block_public_acls
      && aws_s3_bucket_public_access_block.this.block_public_policy
      && aws_s3_bucket_public_access_block.this.ignore_public_acls
      && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    )
    error_message = "all four ways to make the bucket public must be blocked"
  }
}

run "an_upload_in_parts_names_its_checksum_algorithm" {
  command = plan

  assert {
    condition     = aws_s3_object.this.checksum_algorithm == "SHA256"
    error_message = "the upload of the zip must name its checksum algorithm"
  }
}

run "a_zip_with_a_different_manifest_is_rejected" {
  command = plan

  variables {
    manifest = merge(var.manifest, { sha256 = sha256("another zip") })
  }

  expect_failures = [aws_s3_object.this]
}

run "a_zip_of_a_different_catalog_is_rejected" {
  command = plan

  variables {
    catalog_sha256 = sha256("another catalog")
  }

  expect_failures = [aws_s3_object.this]
}

run "a_zip_for_a_different_architecture_is_rejected" {
  command = plan

  variables {
    context = merge(var.context, { function = { architecture = "x86_64" } })
  }

  expect_failures = [aws_s3_object.this]
}

run "an_invalid_file_and_manifest_are_rejected" {
  command = plan

  variables {
    file     = "../../tests/fixtures/package.json"
    manifest = merge(var.manifest, { catalog_sha256 = "" })
  }

  expect_failures = [var.file, var.manifest]
}

run "the_bucket_uses_the_platforms_key_and_denies_plain_http" {
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
    condition = (
      module.bucket.encryption == { sse_algorithm = "aws:kms", kms_master_key_id = var.context.encryption.kms_key_arn } &&
      strcontains(module.bucket.policy, "s3:*")
    )
    error_message = "the bucket must be encrypted with the key and deny plain HTTP"
  }
}

run "s3_encrypts_with_its_own_key_by_default" {
  command = plan

  assert {
    condition     = module.bucket.encryption.sse_algorithm == "AES256" && module.bucket.policy == null
    error_message = "without a KMS key and deny_statements, the bucket must use AES256 and have no policy"
  }
}

run "deleted_versions_expire" {
  command = plan

  variables {
    retention_days = 30
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "the bucket must have versioning"
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.this[0].rule).noncurrent_version_expiration[0].noncurrent_days == 30
    error_message = "old versions must expire after retention_days"
  }
}
