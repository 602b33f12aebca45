# Delivery to an endpoint: signed, in order, retried for an hour, then a dead letter.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

override_resource {
  target          = aws_sqs_queue.this
  override_during = plan
  values          = { arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-billing-subscriber.fifo" }
}

override_resource {
  target          = aws_secretsmanager_secret.this
  override_during = plan
  values          = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ingestion-test-delivery/billing-AbCdEf" }
}

variables {
  context       = jsondecode(file("../../tests/fixtures/context.json"))
  package       = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  name          = "ingestion-test-billing-subscriber"
  subscriber_id = "billing"
  url           = "https://example.com/changes?from=us"
  queue_arn     = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-billing-subscriber.fifo"
  topic_arn     = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-changes.fifo"
  dlq_arn       = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-billing-subscriber-dlq.fifo"

  secret_recovery_days = 30
}

run "changes_wait_in_order_until_the_endpoint_accepts_them" {
  command = plan

  assert {
    condition = (
      aws_sqs_queue.this.fifo_queue &&
      aws_sqs_queue.this.deduplication_scope == "messageGroup" &&
      aws_sqs_queue.this.fifo_throughput_limit == "perMessageGroupId"
    )
    error_message = "the queue must be FIFO with throughput per message group"
  }

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 6 * module.function.timeout_seconds
    error_message = "the visibility timeout must be six function timeouts"
  }

  assert {
    condition = (
      jsondecode(aws_sqs_queue.this.redrive_policy).deadLetterTargetArn == var.dlq_arn &&
      jsondecode(aws_sqs_queue.this.redrive_policy).maxReceiveCount * aws_sqs_queue.this.visibility_timeout_seconds >= 3600
    )
    error_message = "changes must be retried for an hour before they become dead letters"
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.this.function_response_types == toset(["ReportBatchItemFailures"]) &&
      aws_lambda_event_source_mapping.this.batch_size <= 10
    )
    error_message = "a failed change must not fail its batch"
  }

  assert {
    condition = [aws_lambda_event_source_mapping.this.event_source_arn, aws_lambda_event_source_mapping.this.function_name] == [
      aws_sqs_queue.this.arn,
      module.function.arn,
    ]
    error_message = "the mapping must connect this queue to this function"
  }
}

run "the_change_topic_alone_may_send_here" {
  command = plan

  assert {
    condition = jsondecode(aws_sqs_queue.this.policy).Statement == [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = "sns.amazonaws.com" }
      Resource  = aws_sqs_queue.this.arn
      Condition = { ArnEquals = { "aws:SourceArn" = var.topic_arn } }
    }]
    error_message = "the policy must name this queue and allow this topic only"
  }
}

run "the_subscriber_has_a_secret_of_its_own" {
  command = plan

  assert {
    condition     = output.secret_name == "ingestion-test-delivery/billing"
    error_message = "the secret's name must contain its environment and its subscriber"
  }

  assert {
    condition = output.secret_name == join("", [
      module.function.environment["DELIVERY_SECRET_PREFIX"],
      module.function.environment["SUBSCRIBER"],
    ])
    error_message = "the prefix and the subscriber's name must lead to the secret"
  }

  assert {
    condition     = aws_secretsmanager_secret.this.recovery_window_in_days == 30
    error_message = "a deleted secret must be recoverable"
  }
}

run "the_function_has_its_endpoint_and_may_read_its_queue_and_secret" {
  command = plan

  assert {
    condition     = [module.function.environment["SUBSCRIBER"], module.function.environment["SUBSCRIBER_URL"]] == ["billing", var.url]
    error_message = "the function must receive the subscriber's name and the endpoint"
  }

  assert {
    condition = toset(flatten([
      for s in jsondecode(module.function.policy).Statement : [for action in s.Action : "${s.Effect} ${action} ${s.Resource}"]
      if !startswith(s.Resource, "arn:aws:logs:")
      ])) == toset([
      "Allow sqs:ReceiveMessage ${aws_sqs_queue.this.arn}",
      "Allow sqs:DeleteMessage ${aws_sqs_queue.this.arn}",
      "Allow sqs:GetQueueAttributes ${aws_sqs_queue.this.arn}",
      "Allow secretsmanager:GetSecretValue ${aws_secretsmanager_secret.this.arn}",
    ])
    error_message = "the function may only read its own queue and its own secret"
  }
}

run "loopback_may_be_plain_http" {
  command = plan

  variables {
    url = "http://127.0.0.1:8080/changes"
  }

  assert {
    condition     = module.function.environment["SUBSCRIBER_URL"] == var.url
    error_message = "the local stack must reach an endpoint of the same machine"
  }
}

run "an_invalid_name_and_standard_queues_are_rejected" {
  command = plan

  variables {
    name      = "billing subscriber"
    queue_arn = "arn:aws:sqs:eu-central-1:123456789012:standard"
    topic_arn = "arn:aws:sns:eu-central-1:123456789012:standard"
    dlq_arn   = "arn:aws:sqs:eu-central-1:123456789012:standard"
  }

  expect_failures = [var.name, var.queue_arn, var.topic_arn, var.dlq_arn]
}

run "resources_use_the_platforms_key_and_deny_plain_http" {
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
    condition     = alltrue([for queue in [aws_sqs_queue.this] : queue.kms_master_key_id == var.context.encryption.kms_key_arn])
    error_message = "the queue must be encrypted with the key"
  }

  assert {
    condition     = aws_secretsmanager_secret.this.kms_key_id == var.context.encryption.kms_key_arn
    error_message = "the secret must be encrypted with the key"
  }

  assert {
    condition = anytrue([
      for s in jsondecode(module.function.policy).Statement :
      s.Resource == var.context.encryption.kms_key_arn && contains(s.Action, "kms:Decrypt") &&
      contains(s.Condition.StringEquals["kms:ViaService"], "secretsmanager.eu-central-1.amazonaws.com")
      if can(s.Condition)
    ])
    error_message = "the function must be able to decrypt its secret, through Secrets Manager only"
  }

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.this] :
      contains(
        jsondecode(queue.policy).Statement,
        {
          Effect    = "Deny"
          Principal = "*"
          Action    = "sqs:*"
          Resource  = queue.arn
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
      )
    ])
    error_message = "the queue must deny plain HTTP"
  }
}

run "aws_managed_keys_encrypt_by_default" {
  command = plan

  assert {
    condition     = alltrue([for queue in [aws_sqs_queue.this] : queue.kms_master_key_id == null && queue.sqs_managed_sse_enabled])
    error_message = "SQS must use its managed encryption"
  }
}
