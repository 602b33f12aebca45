output "topic_arn" {
  description = "The topic that takes every event."
  value       = aws_sns_topic.this.arn
}

output "unrouted_queue_url" {
  description = "The queue of what no source's filter took."
  value       = aws_sqs_queue.unrouted.url
}
