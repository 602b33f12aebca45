# The environment's copy of the entities' schemas.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  bucket  = "ingestion-test-20260131"
  schemas = jsonencode({ CONTRACT = { entity = "CONTRACT", fields = {} } })
}

run "a_plan_shows_the_schemas" {
  command = plan

  assert {
    condition     = jsondecode(aws_s3_object.this.content) == jsondecode(var.schemas)
    error_message = "the object must hold the schemas as content, which a plan shows before and after"
  }
}

run "the_object_has_its_own_key_in_the_bucket_of_the_packages" {
  command = plan

  assert {
    condition     = output.object == { bucket = var.bucket, key = "schemas.json" }
    error_message = "the object must be beside the packages, which no lifecycle rule and no notification concerns"
  }
}
