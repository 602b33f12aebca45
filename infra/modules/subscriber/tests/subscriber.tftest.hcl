# One subscriber: its filter, its queue or endpoint, and its dead-letter queue.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

override_resource {
  target          = aws_sqs_queue.dlq
  override_during = plan
  values          = { arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-billing-subscriber-dlq.fifo" }
}

override_resource {
  target          = module.delivery[0].aws_sqs_queue.this
  override_during = plan
  values          = { arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-billing-subscriber.fifo" }
}

variables {
  context       = jsondecode(file("../../tests/fixtures/context.json"))
  package       = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  subscriber_id = "billing"
  topic         = { arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-changes.fifo", name = "ingestion-test-changes.fifo" }
  entities      = ["CONTRACT", "EQUIPMENT", "MILESTONE"]
  subscriber    = { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs.fifo", url = null, entities = null, kinds = null }

  secret_recovery_days = 30
}

run "a_queue_receives_every_change_as_it_was_published" {
  command = plan

  assert {
    condition = [
      aws_sns_topic_subscription.this.topic_arn,
      aws_sns_topic_subscription.this.protocol,
      aws_sns_topic_subscription.this.endpoint,
      output.queue_arn,
      ] == [
      var.topic.arn, "sqs", var.subscriber.queue_arn, var.subscriber.queue_arn
    ]
    error_message = "the subscriber's own queue must be subscribed to the change topic"
  }

  assert {
    condition     = aws_sns_topic_subscription.this.raw_message_delivery && length(module.delivery) == 0 && output.delivery == null
    error_message = "delivery must be raw and go directly to the subscriber's queue"
  }
}

run "a_filter_selects_entities_and_kinds" {
  command = plan

  variables {
    subscriber = {
      queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs.fifo"
      url       = null
      entities  = ["CONTRACT"]
      kinds     = ["created", "deleted"]
    }
  }

  assert {
    condition = jsondecode(aws_sns_topic_subscription.this.filter_policy) == {
      entity_name = ["CONTRACT"]
      kind        = ["created", "deleted"]
    }
    error_message = "the filter must select exactly these entities and kinds"
  }

  assert {
    condition     = aws_sns_topic_subscription.this.filter_policy_scope == "MessageAttributes"
    error_message = "the filter must match message attributes"
  }
}

run "an_endpoint_is_behind_a_queue_and_a_function_of_its_own" {
  command = plan

  variables {
    subscriber = { queue_arn = null, url = "https://example.com/changes", entities = null, kinds = ["updated"] }
  }

  assert {
    condition = (
      aws_sns_topic_subscription.this.endpoint == module.delivery[0].queue.arn &&
      output.queue_arn == module.delivery[0].queue.arn
    )
    error_message = "the delivery's queue must be subscribed to the change topic"
  }

  assert {
    condition     = output.delivery.secret_name == "ingestion-test-delivery/billing"
    error_message = "the delivery must have the subscriber's secret"
  }

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this.filter_policy) == { kind = ["updated"] }
    error_message = "the filter must select exactly these kinds"
  }

  assert {
    condition = jsondecode(aws_sqs_queue.dlq.redrive_allow_policy) == {
      redrivePermission = "byQueue"
      sourceQueueArns   = [module.delivery[0].queue.arn]
    }
    error_message = "the dead-letter queue must accept dead letters of this delivery only"
  }
}

run "undelivered_changes_are_dead_letters_for_14_days" {
  command = plan

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this.redrive_policy) == { deadLetterTargetArn = aws_sqs_queue.dlq.arn }
    error_message = "undelivered messages of the subscription must go to the dead-letter queue"
  }

  assert {
    condition     = aws_sqs_queue.dlq.fifo_queue && aws_sqs_queue.dlq.message_retention_seconds == 1209600
    error_message = "dead letters must be kept in order for 14 days"
  }

  assert {
    condition = jsondecode(aws_sqs_queue.dlq.policy).Statement == [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = "sns.amazonaws.com" }
      Resource  = aws_sqs_queue.dlq.arn
      Condition = { ArnEquals = { "aws:SourceArn" = var.topic.arn } }
    }]
    error_message = "only the change topic may send to the dead-letter queue"
  }
}

run "the_longest_names_fit" {
  command = plan

  variables {
    context       = merge(var.context, { name = "a-project-and-its-environment-32" })
    subscriber_id = "a-subscriber-with-20"
    subscriber    = { queue_arn = null, url = "https://example.com", entities = null, kinds = null }
  }

  assert {
    condition     = length(aws_sqs_queue.dlq.name) <= 80
    error_message = "a queue's name must have at most 80 characters"
  }
}

run "an_unknown_entity_is_rejected" {
  command = plan

  variables {
    subscriber = { queue_arn = "arn:aws:sqs:eu-central-1:123456789012:theirs.fifo", url = null, entities = ["ROCKET"], kinds = null }
  }

  expect_failures = [aws_sns_topic_subscription.this]
}

run "a_standard_topic_is_rejected" {
  command = plan

  variables {
    topic = { arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-changes", name = "ingestion-test-changes" }
  }

  expect_failures = [var.topic]
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
    condition     = alltrue([for queue in [aws_sqs_queue.dlq] : queue.kms_master_key_id == var.context.encryption.kms_key_arn])
    error_message = "the dead-letter queue must be encrypted with the key"
  }

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.dlq] :
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
    error_message = "the dead-letter queue must deny plain HTTP"
  }
}

run "aws_managed_keys_encrypt_by_default" {
  command = plan

  assert {
    condition     = alltrue([for queue in [aws_sqs_queue.dlq] : queue.kms_master_key_id == null && queue.sqs_managed_sse_enabled])
    error_message = "SQS must use its managed encryption"
  }
}
