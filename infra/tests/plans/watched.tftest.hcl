# The plan that the tests in tests/tools/watched read: an additional source, and subscribers with a queue and an endpoint.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment  = "test"
  region       = "eu-central-1"
  package_file = "tests/fixtures/package_and_one_more.zip"

  subscribers = {
    billing = { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs.fifo" }
    web     = { url = "https://example.com/changes" }
  }
}

run "everything" {
  command = plan

  override_module {
    target          = module.package
    override_during = plan
    outputs = {
      bucket = "packages"
      objects = {
        functions = { bucket = "packages", key = "abc.zip", digest = "q80=" }
        search    = { bucket = "packages", key = "def.zip", digest = "q81=" }
      }
    }
  }
}
