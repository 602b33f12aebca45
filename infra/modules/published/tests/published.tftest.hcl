# A JSON object that describes the environment, beside the packages.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  bucket  = "ingestion-test-20260131"
  key     = "schemas.json"
  content = jsonencode({ CONTRACT = { entity = "CONTRACT", fields = {} } })
}

run "a_plan_shows_the_content" {
  command = plan

  assert {
    condition     = jsondecode(aws_s3_object.this.content) == jsondecode(var.content)
    error_message = "the object must hold the content itself, which a plan shows before and after"
  }
}

run "the_object_has_its_own_key_in_the_bucket_of_the_packages" {
  command = plan

  assert {
    condition     = output.object == { bucket = var.bucket, key = var.key }
    error_message = "the object must be beside the packages, which no lifecycle rule and no notification concerns"
  }
}
