# Queues that are there before Terraform is: it takes them over at once, where it waits 25 s for each that it makes.
# `make up` names its own here; where nothing is named, Terraform makes them all.

variable "adopted_queues" {
  description = "URLs of queues to take over: by address without keys, then by the first of its keys, or \"\"."
  type        = map(map(string))
  default     = {}
  nullable    = false
}

import {
  for_each = lookup(var.adopted_queues, "module.source.aws_sqs_queue.this", {})
  to       = module.source[each.key].aws_sqs_queue.this
  id       = each.value
}

import {
  for_each = lookup(var.adopted_queues, "module.source.aws_sqs_queue.dlq", {})
  to       = module.source[each.key].aws_sqs_queue.dlq
  id       = each.value
}

import {
  for_each = lookup(var.adopted_queues, "module.router.aws_sqs_queue.unrouted", {})
  to       = module.router.aws_sqs_queue.unrouted
  id       = each.value
}

import {
  for_each = lookup(var.adopted_queues, "module.files.aws_sqs_queue.failures", {})
  to       = module.files.aws_sqs_queue.failures
  id       = each.value
}

import {
  for_each = lookup(var.adopted_queues, "module.changes.aws_sqs_queue.failures", {})
  to       = module.changes.aws_sqs_queue.failures
  id       = each.value
}

import {
  for_each = lookup(var.adopted_queues, "module.subscriber.aws_sqs_queue.dlq", {})
  to       = module.subscriber[each.key].aws_sqs_queue.dlq
  id       = each.value
}

import {
  for_each = lookup(var.adopted_queues, "module.subscriber.module.delivery.aws_sqs_queue.this", {})
  to       = module.subscriber[each.key].module.delivery[0].aws_sqs_queue.this
  id       = each.value
}
