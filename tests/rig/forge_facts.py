"""What GitLab and Forgejo say of the requests that open a merge or pull request, as far as a client
of ours goes, in the form of OpenAPI. No package holds their descriptions; each entry names the page
it is from. GitHub's own description comes from an npm package: servers/github_description.sh.
"""

TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}


def texts():
    return {"type": "array", "items": TEXT}


def numbers():
    return {"type": "array", "items": NUMBER}


def thing(properties, required=()):
    return {"type": "object", "properties": properties, "required": list(required)}


def operation(query, replies, body=None):
    out = {"parameters": [{"name": name, "in": "query", "schema": schema}
                          for name, schema in query.items()],
           "responses": {code: {"content": {"application/json": {"schema": schema}}}
                         for code, schema in replies.items()}}
    if body is not None:
        out["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return out


# https://docs.gitlab.com/api/projects/#retrieve-a-project: `id` is the number or the path with %2F.
ACCESS = {"type": "object", "properties": {"access_level": NUMBER, "notification_level": NUMBER},
          "nullable": True}
PROJECT = thing({"id": NUMBER, "path_with_namespace": TEXT, "default_branch": TEXT,
                 "http_url_to_repo": TEXT, "web_url": TEXT,
                 "permissions": thing({"project_access": ACCESS, "group_access": ACCESS})})
# https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests
MERGE_REQUEST = thing({"id": NUMBER, "iid": NUMBER, "project_id": NUMBER, "title": TEXT,
                       "description": TEXT, "state": TEXT, "source_branch": TEXT,
                       "target_branch": TEXT, "source_project_id": NUMBER,
                       "target_project_id": NUMBER, "sha": TEXT, "web_url": TEXT})
# https://docs.gitlab.com/api/merge_requests/#create-a-merge-request: 201; 409 where one is open.
GITLAB_CREATE = thing({"source_branch": TEXT, "target_branch": TEXT, "title": TEXT,
                       "description": {"type": "string", "maxLength": 1048576},
                       "allow_collaboration": FLAG, "assignee_id": NUMBER,
                       "assignee_ids": numbers(), "labels": TEXT, "milestone_id": NUMBER,
                       "remove_source_branch": FLAG, "reviewer_ids": numbers(), "squash": FLAG,
                       "target_project_id": NUMBER},
                      ("source_branch", "target_branch", "title"))
GITLAB_ERROR = thing({"message": {}, "error": TEXT, "error_description": TEXT})
GITLAB = {"paths": {
    "/projects/{id}": {"get": operation({"license": FLAG, "statistics": FLAG},
                                        {"200": PROJECT, "404": GITLAB_ERROR})},
    "/projects/{id}/merge_requests": {
        "get": operation({"state": {"type": "string",
                                    "enum": ["opened", "closed", "locked", "merged", "all"]},
                          "source_branch": TEXT, "target_branch": TEXT, "page": NUMBER,
                          "per_page": NUMBER},
                         {"200": {"type": "array", "items": MERGE_REQUEST}}),
        "post": operation({}, {"201": MERGE_REQUEST, "409": GITLAB_ERROR, "422": GITLAB_ERROR},
                          GITLAB_CREATE)}}}

# https://codeberg.org/api/swagger, "repoGet", "repoListPullRequests", "repoCreatePullRequest".
REPOSITORY = thing({"id": NUMBER, "name": TEXT, "full_name": TEXT, "default_branch": TEXT,
                    "clone_url": TEXT, "html_url": TEXT, "archived": FLAG,
                    "permissions": thing({"admin": FLAG, "push": FLAG, "pull": FLAG})})
BRANCH = thing({"label": TEXT, "ref": TEXT, "sha": TEXT, "repo_id": NUMBER, "repo": REPOSITORY})
PULL = thing({"id": NUMBER, "number": NUMBER, "title": TEXT, "body": TEXT, "state": TEXT,
              "html_url": TEXT, "head": BRANCH, "base": BRANCH})
FORGEJO_CREATE = thing({"assignee": TEXT, "assignees": texts(), "base": TEXT, "body": TEXT,
                        "due_date": TEXT, "head": TEXT, "labels": numbers(), "milestone": NUMBER,
                        "title": TEXT})
FORGEJO_ERROR = thing({"message": TEXT, "url": TEXT, "errors": texts()})
FORGEJO = {"paths": {
    "/repos/{owner}/{repo}": {"get": operation({}, {"200": REPOSITORY, "404": FORGEJO_ERROR})},
    "/repos/{owner}/{repo}/pulls": {
        "get": operation({"state": {"type": "string", "enum": ["open", "closed", "all"]},
                          "sort": TEXT, "milestone": NUMBER, "labels": numbers(), "poster": TEXT,
                          "page": {"type": "integer", "minimum": 1}, "limit": NUMBER},
                         {"200": {"type": "array", "items": PULL}}),
        "post": operation({}, {"201": PULL, "404": FORGEJO_ERROR, "409": FORGEJO_ERROR,
                               "422": FORGEJO_ERROR, "423": FORGEJO_ERROR}, FORGEJO_CREATE)}}}
