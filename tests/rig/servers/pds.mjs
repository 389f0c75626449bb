// A Bluesky PDS with its own directory of identities, for tests, on loopback:
//   node pds.mjs PDS_PORT PLC_PORT DATA_DIR
import crypto from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'

// Both servers would listen on every address.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port === 'number') return listen.call(this, port, '127.0.0.1', ...rest.filter((r) => typeof r === 'function'))
  if (port && typeof port === 'object' && 'port' in port) port.host = '127.0.0.1'
  return listen.call(this, port, ...rest)
}

const { PDS } = await import('@atproto/pds')
const { Database, PlcServer } = await import('@did-plc/server')
const [pdsPort, plcPort, dir] = process.argv.slice(2)
fs.mkdirSync(dir, { recursive: true })
const key = () => crypto.randomBytes(32).toString('hex')
await PlcServer.create({ db: Database.mock(), port: Number(plcPort) }).start()
const pds = await PDS.fromEnv({
  adminPassword: key(),
  blobstoreDiskLocation: path.join(dir, 'blobs'),
  crawlers: [],
  dataDirectory: dir,
  devMode: true,
  didPlcUrl: `http://localhost:${plcPort}`,
  disableSsrfProtection: true,
  dpopSecret: key(),
  hostname: 'localhost',
  inviteRequired: false,
  jwtSecret: key(),
  plcRotationKeyK256PrivateKeyHex: key(),
  port: Number(pdsPort),
  rateLimitsEnabled: false,
  serviceHandleDomains: ['.test'],
})
await pds.start()
// Handles below .test are in no DNS: this server answers for its own.
pds.ctx.idResolver.handle.resolve = async (handle) => (await pds.ctx.accountManager.getAccount(handle))?.did
console.log('ready')
