"""Debian's python3-mastodon: mastodon_client.py SERVER PICTURE."""
import re
import sys
import urllib.request

from mastodon import Mastodon

server, picture = sys.argv[1:]
OOB = "urn:ietf:wg:oauth:2.0:oob"
id_and_secret = Mastodon.create_app("a test", scopes=["read", "write"], redirect_uris=OOB,
                                    api_base_url=server)
client = Mastodon(*id_and_secret, api_base_url=server)
asked = client.auth_request_url(scopes=["read", "write"], redirect_uris=OOB)
page = urllib.request.urlopen(asked).read().decode()
client.log_in(code=re.search('value="(.+?)"', page).group(1), redirect_uri=OOB,
              scopes=["read", "write"])
assert client.account_verify_credentials().username == "project"

first = client.status_post("one")
assert first.content == "<p>one</p>", first
media = client.media_post(picture, "image/png", description="A pot of tea")
shown = client.status_post("a picture", media_ids=[media])
assert shown.media_attachments[0].description == "A pot of tea"
twice = [client.status_post("twice", idempotency_key="k1").id for _ in range(2)]
reply = client.status_post("a reply", in_reply_to_id=shown)
assert reply.in_reply_to_id == shown.id
timeline = [status.id for status in client.timeline_home()]
assert timeline == [reply.id, *sorted(set(twice), reverse=True), shown.id, first.id], timeline
client.status_delete(first)
assert first.id not in [status.id for status in client.timeline_home()]
