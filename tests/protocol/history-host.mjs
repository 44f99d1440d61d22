// A web host as a process of its own, for a test that kills it: its pages are one empty file. Prints the link when it is ready.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { jsonLog } from '../../src/main/node/json-log.ts'
import { parseStartOptions } from '../../src/main/node/start-options.ts'
import { composeWebHost } from '../../src/main/web/compose.ts'

const dir = process.argv[2] ?? ''
const rendererDir = path.join(dir, 'pages')
mkdirSync(rendererDir, { recursive: true })
writeFileSync(path.join(rendererDir, 'index.html'), '')
const asked = parseStartOptions(['--no-open', '--port=0', '--data-dir', path.join(dir, 'data')])
if (asked.kind !== 'options') throw new Error('the options are not understood')
const log = jsonLog({ level: 'error' })
const { host } = await composeWebHost({ start: asked.options, rendererDir, env: process.env, log })
process.stdout.write(`${host.newLink()}\n`)
