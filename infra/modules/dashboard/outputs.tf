output "url" {
  description = "The address of the dashboard in the AWS console; null in a partition whose console has no public address."
  value = local._console == null ? null : join("", [
    "https://${var.context.region}.${local._console}/cloudwatch/home?region=${var.context.region}",
    "#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}",
  ])
}

locals {
  # A console has an address for each region: https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html
  _consoles = {
    aws        = "console.aws.amazon.com"
    aws-cn     = "console.amazonaws.cn"
    aws-eusc   = "console.amazonaws-eusc.eu"
    aws-us-gov = "console.amazonaws-us-gov.com"
  }
  _console = lookup(local._consoles, var.context.partition, null)
}
