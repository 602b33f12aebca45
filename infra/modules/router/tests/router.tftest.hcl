# The router's topic, and the queue of events that match no source.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

# The ARNs that AWS would assign.
override_resource {
  target          = aws_sns_topic.this
  override_during = plan
  values          = { arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo" }
}

override_resource {
  target          = aws_sqs_queue.unrouted
  override_during = plan
  values          = { arn = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-unrouted.fifo" }
}

variables {
  context = jsondecode(file("../../tests/fixtures/context.json"))
  sources = ["sourceA", "sourceB"]

  max_subscriptions = 100
}

run "order_is_kept_for_each_entity_and_not_for_the_topic" {
  command = plan

  assert {
    condition     = aws_sns_topic.this.fifo_topic && endswith(aws_sns_topic.this.name, ".fifo")
    error_message = "the topic must be FIFO"
  }

  assert {
    condition     = aws_sns_topic.this.fifo_throughput_scope == "MessageGroup"
    error_message = "the throughput scope must be MessageGroup, or all sources share 3,000 messages a second"
  }

  assert {
    condition = (
      aws_sqs_queue.unrouted.fifo_queue
      && aws_sqs_queue.unrouted.deduplication_scope == "messageGroup"
      && aws_sqs_queue.unrouted.fifo_throughput_limit == "perMessageGroupId"
    )
    error_message = "the queue must be FIFO with throughput per message group"
  }
}

run "unrouted_events_are_kept_as_published" {
  command = plan

  assert {
    condition = jsondecode(aws_sns_topic_subscription.unrouted.filter_policy) == {
      source = [{ "anything-but" = ["sourceA", "sourceB"] }, { exists = false }]
    }
    error_message = "the filter must select sources outside the catalog and messages without a source"
  }

  assert {
    condition     = aws_sns_topic_subscription.unrouted.filter_policy_scope == "MessageAttributes"
    error_message = "the filter must match message attributes"
  }

  assert {
    condition = (
      aws_sns_topic_subscription.unrouted.topic_arn == aws_sns_topic.this.arn &&
      aws_sns_topic_subscription.unrouted.endpoint == aws_sqs_queue.unrouted.arn
    )
    error_message = "the queue must be subscribed to the topic"
  }

  assert {
    condition     = aws_sqs_queue.unrouted.message_retention_seconds == 1209600
    error_message = "unrouted events must be kept for 14 days, the limit of SQS"
  }

  assert {
    condition     = aws_sns_topic_subscription.unrouted.raw_message_delivery
    error_message = "delivery must be raw, so that the queue holds events and no SNS envelopes"
  }
}

run "only_the_topic_may_send_to_the_queue" {
  command = plan

  assert {
    condition = jsondecode(aws_sqs_queue.unrouted.policy).Statement == [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = "sns.amazonaws.com" }
      Resource  = aws_sqs_queue.unrouted.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.this.arn } }
    }]
    error_message = "the policy must name this queue and allow this topic only"
  }
}

run "tracing_is_off_by_default" {
  command = plan

  assert {
    # The mock makes up a text for an attribute that is not set.
    condition     = !contains(["Active", "PassThrough"], aws_sns_topic.this.tracing_config) && length(aws_xray_resource_policy.this) == 0
    error_message = "without tracing there must be neither the topic's attribute nor an X-Ray policy"
  }
}

run "a_traced_topic_may_write_trace_segments" {
  command = plan

  variables {
    context = merge(var.context, { function = { tracing = true } })
  }

  assert {
    condition     = aws_sns_topic.this.tracing_config == "Active"
    error_message = "the topic must record its own segment of a trace"
  }

  assert {
    condition = jsondecode(aws_xray_resource_policy.this[0].policy_document).Statement == [{
      Effect    = "Allow"
      Action    = ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
      Principal = { Service = "sns.amazonaws.com" }
      Resource  = "*"
      Condition = {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
        StringLike   = { "aws:SourceArn" = aws_sns_topic.this.arn }
      }
    }]
    error_message = "the X-Ray policy must allow this topic only"
  }
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
    condition     = alltrue([for queue in [aws_sqs_queue.unrouted] : queue.kms_master_key_id == var.context.encryption.kms_key_arn])
    error_message = "the queue must be encrypted with the key"
  }

  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.unrouted] :
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

  assert {
    condition     = aws_sns_topic.this.kms_master_key_id == var.context.encryption.kms_key_arn
    error_message = "the topic must be encrypted with the key"
  }

  assert {
    condition = jsondecode(aws_sns_topic_policy.this.policy).Statement == [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::123456789012:root" }
        Action    = ["sns:Publish", "sns:Subscribe"]
        Resource  = aws_sns_topic.this.arn
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.this.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
    error_message = "the policy must allow this account only and deny plain HTTP"
  }
}

run "aws_managed_keys_encrypt_by_default" {
  command = plan

  assert {
    condition     = alltrue([for queue in [aws_sqs_queue.unrouted] : queue.kms_master_key_id == null && queue.sqs_managed_sse_enabled])
    error_message = "SQS must use its managed encryption"
  }

  assert {
    condition = (
      aws_sns_topic.this.kms_master_key_id == null &&
      [for s in jsondecode(aws_sns_topic_policy.this.policy).Statement : s.Effect] == ["Allow"]
    )
    error_message = "the topic must have no KMS key and no Deny statement"
  }
}

run "ninety_eight_sources_are_routed" {
  command = plan

  variables {
    sources = concat(["operator"], [for n in range(98) : "source${n}"])
  }

  assert {
    condition     = length(jsondecode(aws_sns_topic_subscription.unrouted.filter_policy).source[0]["anything-but"]) == 99
    error_message = "98 sources, the operator and the unrouted queue must fit the topic's 100 subscriptions"
  }
}

run "more_sources_than_subscriptions_are_rejected" {
  command = plan

  variables {
    sources = concat(["operator"], [for n in range(99) : "source${n}"])
  }

  expect_failures = [var.sources]
}
