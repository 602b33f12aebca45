# The one topic, and the queue that catches what no source's filter takes.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

# As AWS would number them.
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

run "order_is_kept_by_entity_and_not_for_the_whole_topic" {
  command = plan

  assert {
    condition     = aws_sns_topic.this.fifo_topic && endswith(aws_sns_topic.this.name, ".fifo")
    error_message = "the topic must be FIFO"
  }

  assert {
    condition     = aws_sns_topic.this.fifo_throughput_scope == "MessageGroup"
    error_message = "without the scope MessageGroup all sources together have 3,000 messages a second"
  }

  assert {
    condition = (
      aws_sqs_queue.unrouted.fifo_queue
      && aws_sqs_queue.unrouted.deduplication_scope == "messageGroup"
      && aws_sqs_queue.unrouted.fifo_throughput_limit == "perMessageGroupId"
    )
    error_message = "the queue must be FIFO, its throughput by message group"
  }
}

run "what_no_source_takes_is_kept_as_it_was_published" {
  command = plan

  assert {
    condition = jsondecode(aws_sns_topic_subscription.unrouted.filter_policy) == {
      source = [{ "anything-but" = ["sourceA", "sourceB"] }, { exists = false }]
    }
    error_message = "the queue must take every source that is not in the catalog, and messages without a source"
  }

  assert {
    condition     = aws_sns_topic_subscription.unrouted.filter_policy_scope == "MessageAttributes"
    error_message = "the filter must read the message's attributes"
  }

  assert {
    condition = (
      aws_sns_topic_subscription.unrouted.topic_arn == aws_sns_topic.this.arn &&
      aws_sns_topic_subscription.unrouted.endpoint == aws_sqs_queue.unrouted.arn
    )
    error_message = "the queue must listen to the topic"
  }

  assert {
    condition     = aws_sqs_queue.unrouted.message_retention_seconds == 1209600
    error_message = "unrouted events must be kept as long as SQS keeps any: 14 days"
  }

  assert {
    condition     = aws_sns_topic_subscription.unrouted.raw_message_delivery
    error_message = "delivery must be raw: the queue holds events, not SNS envelopes"
  }
}

run "the_topic_alone_may_send_to_the_queue" {
  command = plan

  assert {
    condition = jsondecode(aws_sqs_queue.unrouted.policy).Statement == [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = "sns.amazonaws.com" }
      Resource  = aws_sqs_queue.unrouted.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.this.arn } }
    }]
    error_message = "the policy must name this queue and let in this topic only"
  }
}

run "nothing_is_traced_unless_told" {
  command = plan

  assert {
    condition     = aws_sns_topic.this.tracing_config == "PassThrough" && length(aws_xray_resource_policy.this) == 0
    error_message = "without tracing nobody may write traces"
  }
}

run "a_traced_topic_may_write_its_part_of_a_trace" {
  command = plan

  variables {
    context = merge(var.context, { function = { tracing = true } })
  }

  assert {
    condition     = aws_sns_topic.this.tracing_config == "Active"
    error_message = "the topic must tell how long an event was on it"
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
    error_message = "X-Ray must let in this topic, and nothing else of SNS"
  }
}
run "the_key_encrypts_everything_and_plain_http_is_turned_away" {
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
    error_message = "the queue must turn plain HTTP away"
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
    error_message = "the topic must let in this account only, and nobody by plain HTTP"
  }
}

run "without_a_key_of_ours_aws_encrypts_with_its_own" {
  command = plan

  assert {
    condition     = alltrue([for queue in [aws_sqs_queue.unrouted] : queue.kms_master_key_id == null && queue.sqs_managed_sse_enabled])
    error_message = "SQS must encrypt with its own key"
  }

  assert {
    condition = (
      aws_sns_topic.this.kms_master_key_id == null &&
      [for s in jsondecode(aws_sns_topic_policy.this.policy).Statement : s.Effect] == ["Allow"]
    )
    error_message = "SNS's managed key lets no alarm in, and plain HTTP must be let in where that is wanted"
  }
}

run "as_many_sources_as_sns_allows_subscriptions_are_routed" {
  command = plan

  variables {
    sources = concat(["operator"], [for n in range(98) : "source${n}"])
  }

  assert {
    condition     = length(jsondecode(aws_sns_topic_subscription.unrouted.filter_policy).source[0]["anything-but"]) == 99
    error_message = "98 sources, the operator and the unrouted queue must have the topic's 100 subscriptions"
  }
}

run "a_source_more_than_sns_allows_subscriptions_is_refused" {
  command = plan

  variables {
    sources = concat(["operator"], [for n in range(99) : "source${n}"])
  }

  expect_failures = [var.sources]
}
