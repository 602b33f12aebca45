output "topic_arn" {
  description = "The ARN of the topic that receives every event."
  value       = aws_sns_topic.this.arn
}

output "unrouted_queue_url" {
  description = "The URL of the queue of events that match no source."
  value       = aws_sqs_queue.unrouted.url
}

output "topic_name" {
  description = "The name of the router's topic."
  value       = aws_sns_topic.this.name
}

output "unrouted_queue_name" {
  description = "The name of the unrouted queue."
  value       = aws_sqs_queue.unrouted.name
}
