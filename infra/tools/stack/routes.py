"""Finds the paths of the API that a plan would create and that exist already.

The emulator may lose a response under load. The provider then repeats the call, and API Gateway
refuses a second path of the same name. So the path exists, and Terraform does not know it.
"""

from collections import defaultdict
from typing import Any


def find_routes(apigateway: Any, plan: dict[str, Any]) -> dict[str, str]:
    """Return the ids by which Terraform imports these paths, by Terraform's addresses."""
    new: dict[str | None, dict[str, str]] = defaultdict(dict)  # By API, then by path.
    for resource in plan.get("resource_changes", []):
        is_path, change = resource["type"] == "aws_api_gateway_resource", resource["change"]
        if is_path and change["actions"] == ["create"]:
            api = change["after"].get("rest_api_id")  # None if the API is new, too.
            new[api][f"/{resource['index']}"] = resource["address"]
    return {
        new[api][found["path"]]: f"{api}/{found['id']}"
        for api in filter(None, new)
        for page in apigateway.get_paginator("get_resources").paginate(restApiId=api)
        for found in page["items"]
        if found["path"] in new[api]
    }
