# Where an environment may be.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment  = "test"
  region       = "eu-central-1"
  package_file = "tests/fixtures/package.zip"
  catalog_file = "tests/fixtures/catalog.yaml"
}

run "what_is_no_account_is_refused" {
  command = plan

  variables {
    account_id = "1234"
  }

  expect_failures = [var.account_id]
}
