output "url" {
  description = "The address of the dashboard in the AWS console."
  value = join("", [
    "https://${var.context.region}.console.aws.amazon.com/cloudwatch/home?region=${var.context.region}",
    "#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}",
  ])
}
