output "topic_arn" {
  description = "The topic that takes every event."
  value       = aws_sns_topic.this.arn
}

output "unrouted_queue_url" {
  description = "The queue of what no source's filter took."
  value       = aws_sqs_queue.unrouted.url
}

output "topic_name" {
  description = "The router's topic, as metrics name it."
  value       = aws_sns_topic.this.name
}

output "unrouted_queue_name" {
  description = "The unrouted queue, as metrics name it."
  value       = aws_sqs_queue.unrouted.name
}
