# The routes of the API: posts and uploads of each source, the API's description, reads, corrections and search of entities.

locals {
  entities_path = "entities/{entity}"
  entity_path   = "${local.entities_path}/{id+}"

  # The key is the path and not the source, so a renamed source keeps its resources.
  posts = { for path, source in merge(
    { for source in var.sources : source.path => source },
    { for source in var.sources : "${source.path}/uploads" => source },
  ) : "POST ${path}" => { path = path, source = source } }

  # The page `docs` exists only if it is open, because a browser cannot send a key.
  # The root has links to the description.
  docs_paths = var.open_docs ? ["", "openapi.json", "docs"] : ["", "openapi.json"]
  docs_auth  = var.open_docs ? "none" : "api_key"

  # The functions respond to HEAD and OPTIONS, and with 405 to methods that a path lacks. Requests without an API key are in no usage
  # plan. So at the path of any other source the gateway refuses every method except POST, as it refuses an unknown path.
  _api_arn   = module.function.invoke_arn
  _query_arn = var.query_function.invoke_arn
  routes = { for route in concat(
    [for post in local.posts : { method = "POST", path = post.path, auth = post.source.auth, invoke_arn = local._api_arn }],
    [
      for post in local.posts : { method = "ANY", path = post.path, auth = "api_key", invoke_arn = local._api_arn }
      if post.source.auth == "api_key"
    ],
    [for path in local.docs_paths : { method = "ANY", path = path, auth = local.docs_auth, invoke_arn = local._api_arn }],
    [
      for path in [local.entities_path, local.entity_path] :
      { method = "ANY", path = path, auth = "api_key", invoke_arn = local._query_arn }
    ],
    [{ method = "ANY", path = "search", auth = "api_key", invoke_arn = var.search_function.invoke_arn }],
    [for method in ["PUT", "DELETE"] : { method = method, path = local.entity_path, auth = "api_key", invoke_arn = local._api_arn }],
  ) : "${route.method} ${route.path}" => route }

  # Every path and its parents, with its depth: a resource needs its parent's id.
  _parts = [for route in local.routes : split("/", route.path) if route.path != ""]
  _paths = distinct(flatten([for parts in local._parts : [for depth in range(1, length(parts) + 1) : join("/", slice(parts, 0, depth))]]))
  depths = { for path in local._paths : path => length(split("/", path)) }

  _resources = merge(aws_api_gateway_resource.first, aws_api_gateway_resource.second, aws_api_gateway_resource.third)
  resource_ids = merge(
    { "" = aws_api_gateway_rest_api.this.root_resource_id },
    { for path, resource in local._resources : path => resource.id },
  )
}

# One block for each depth, because a block with for_each cannot refer to itself.
resource "aws_api_gateway_resource" "first" {
  for_each = toset([for path, depth in local.depths : path if depth == 1])

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = each.key
}

resource "aws_api_gateway_resource" "second" {
  for_each = toset([for path, depth in local.depths : path if depth == 2])

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_resource.first[dirname(each.key)].id
  path_part   = basename(each.key)
}

resource "aws_api_gateway_resource" "third" {
  for_each = toset([for path, depth in local.depths : path if depth == 3])

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_resource.second[dirname(each.key)].id
  path_part   = basename(each.key)
}
