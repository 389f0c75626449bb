// npm's masto: node masto_client.mjs SERVER PICTURE
import assert from 'node:assert'
import fs from 'node:fs'
import { createOAuthAPIClient, createRestAPIClient } from 'masto'

const [url, picture] = process.argv.slice(2)
const redirectUri = 'urn:ietf:wg:oauth:2.0:oob'
const scope = 'read write'
const app = await createRestAPIClient({ url }).v1.apps.create({
  clientName: 'a test', redirectUris: redirectUri, scopes: scope,
})
const asked = new URLSearchParams({
  client_id: app.clientId, redirect_uri: redirectUri, response_type: 'code', scope,
})
const page = await (await fetch(`${url}/oauth/authorize?${asked}`)).text()
const token = await createOAuthAPIClient({ url }).token.create({
  grantType: 'authorization_code', clientId: app.clientId, clientSecret: app.clientSecret,
  redirectUri, code: page.match(/value="(.+?)"/)[1], scope,
})
const client = createRestAPIClient({ url, accessToken: token.accessToken })
assert.equal((await client.v1.accounts.verifyCredentials()).username, 'project')

const first = await client.v1.statuses.create({ status: 'one' })
const media = await client.v2.media.create({
  file: new File([fs.readFileSync(picture)], 'tea.png', { type: 'image/png' }),
  description: 'A pot of tea',
})
const shown = await client.v1.statuses.create({ status: 'a picture', mediaIds: [media.id] })
assert.equal(shown.mediaAttachments[0].description, 'A pot of tea')
const twice = new Set()
for (let i = 0; i < 2; ++i) {
  const one = await client.v1.statuses.create(
    { status: 'twice' }, { requestInit: { headers: { 'Idempotency-Key': 'k1' } } })
  twice.add(one.id)
}
const reply = await client.v1.statuses.create({ status: 'a reply', inReplyToId: shown.id })
assert.equal(reply.inReplyToId, shown.id)
const ids = async () => (await client.v1.timelines.home.list()).map((status) => status.id)
assert.deepEqual(await ids(), [reply.id, ...[...twice].reverse(), shown.id, first.id])
await client.v1.statuses.$select(first.id).remove()
assert(!(await ids()).includes(first.id))
