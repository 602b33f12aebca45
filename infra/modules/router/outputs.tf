output "topic" {
  description = "The topic that receives every event."
  value       = { arn = aws_sns_topic.this.arn, name = aws_sns_topic.this.name }
}

output "unrouted_queue" {
  description = "The queue of events that match no source."
  value       = { url = aws_sqs_queue.unrouted.url, name = aws_sqs_queue.unrouted.name }
}
