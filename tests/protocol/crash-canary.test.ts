import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { filesWith, holds, makeCanary } from '../e2e/canary.ts'
import { CLI, startProgram, type Running } from './cli.test-support.ts'
import { callHost, openLink } from './start.test-support.ts'

/**
 * What a crash writes while keys are in memory. The crash is planted from outside with the worst that a library could throw: an error whose
 * text, cause and fields hold the keys.
 */

const WEB = fileURLToPath(new URL('../../src/main/web/index.ts', import.meta.url))
const PLANT = `
  import { readFileSync } from 'node:fs'
  process.on('SIGUSR2', () => {
    const [how, ...keys] = readFileSync(process.env.PLANTED_FAULT, 'utf8').split('\\n')
    const text = 'planted ' + keys.join(' ')
    const fault = Object.assign(new Error(text, { cause: new Error(text) }), { headers: { authorization: keys } })
    if (how === 'rejects') void Promise.reject(fault)
    if (how === 'throws') throw fault
    const hog = []
    while (how === 'fills its memory') hog.push(new Array(100_000).fill(hog.length + 0.5))
  })`

let dir: string
let reports: string
let fault: string
let stopped: (() => unknown)[]
const [inEnvironment, inFile, inMemory] = [makeCanary(), makeCanary(), makeCanary()]
const canaries = [inEnvironment, inFile, inMemory]

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'parley-crash-'))
  reports = mkdtempSync(path.join(tmpdir(), 'parley-crash-reports-'))
  fault = path.join(reports, 'fault')
  stopped = []
})
afterEach(async () => {
  for (const stop of stopped) await stop()
  for (const made of [dir, reports]) rmSync(made, { recursive: true, force: true })
})

function planted(program: string, args: readonly string[], nodeOptions = ''): Running {
  const plant = `--import=data:text/javascript,${encodeURIComponent(PLANT)}`
  const running = startProgram(process.execPath, [plant, program, ...args], {
    NAPSTER_API_KEY: inEnvironment,
    PLANTED_FAULT: fault,
    NODE_OPTIONS: nodeOptions
  })
  stopped.push(() => running.child.kill('SIGKILL'))
  return running
}

/** A web host that was given a key for its file and one for its memory. */
async function webHost(nodeOptions?: string): Promise<Running> {
  const running = planted(WEB, ['--no-open', '--port=0', '--data-dir', dir], nodeOptions)
  let out = ''
  const link = await new Promise<string>((resolve, reject) => {
    running.child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      const found = /http:\S+/.exec(out)?.[0]
      if (found !== undefined) resolve(found)
    })
    void running.done.then(({ stderr }) => reject(new Error(stderr)))
  })
  const cookie = String(await openLink(link))
  const port = Number(new URL(link).port)
  const kept = [
    { target: { kind: 'service-key', service: 'deepgram' }, value: inFile, place: 'file' },
    { target: { kind: 'named', name: 'LLM' }, value: inMemory, place: 'memory' }
  ]
  for (const one of kept) expect(await callHost(port, cookie, 'secrets:set', one)).toMatchObject({ ok: true })
  return running
}

function crash({ child }: Running, how: string, keys: readonly string[]): void {
  writeFileSync(fault, [how, ...keys].join('\n'))
  child.kill('SIGUSR2')
}

async function expectNoKey(running: Running): Promise<{ code: number | null; stderr: string }> {
  const ran = await running.done
  const written = ran.stdout + ran.stderr
  for (const canary of canaries) {
    expect(holds(written, canary), 'stdout and stderr').toBe(false)
    const { found, looked } = filesWith(dir, canary)
    expect(looked).toBeGreaterThan(0)
    expect(found).toEqual(canary === inFile ? ['secrets.json', 'secrets.json.bak'] : [])
  }
  return ran
}

describe('a crash while keys are in memory', () => {
  it.each(['throws', 'rejects'])('of the web host that %s is told without them', async (how) => {
    const running = await webHost()
    crash(running, how, canaries)
    const { code, stderr } = await expectNoKey(running)
    expect(code).toBe(70)
    // It was this crash, and the keys were taken out of it.
    expect(stderr).toContain('Parley failed')
    expect(stderr).toMatch(/planted \[NAPSTER_API_KEY\] \[Deepgram key\] \{\{secret:LLM\}\}/)
  })

  it('of the command line is told without them', async () => {
    const secrets = { target: { kind: 'service-key', service: 'deepgram' }, place: 'file', value: inFile }
    const text = JSON.stringify({ schemaVersion: 1, entries: [secrets] })
    for (const name of ['secrets.json', 'secrets.json.bak']) writeFileSync(path.join(dir, name), text, { mode: 0o600 })
    const service = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    stopped.push(() => service.close())
    await new Promise((resolve) => service.once('listening', resolve))
    const url = `ws://127.0.0.1:${(service.address() as AddressInfo).port}`
    const running = planted(CLI, ['talk', '--url', url, '--text', 'hi', '--data-dir', dir])
    const authorization = await new Promise<unknown>((resolve, reject) => {
      service.once('connection', (_socket, { headers }) => resolve(headers.authorization))
      void running.done.then(({ stderr }) => reject(new Error(stderr)))
    })
    // The key is in memory: the service was given it.
    expect(authorization).toBe(`Token ${inFile}`)
    crash(running, 'rejects', [inEnvironment, inFile])
    const { code, stderr } = await expectNoKey(running)
    expect(code).toBe(70)
    expect(stderr).toMatch(/planted \[NAPSTER_API_KEY\] \[Deepgram key\]/)
  })

  it('that Node itself reports, because somebody turned that on, is reported without them', async () => {
    const running = await webHost(
      `--max-old-space-size=100 --report-on-fatalerror --report-uncaught-exception --report-directory=${reports}`
    )
    crash(running, 'fills its memory', [])
    const { code, stderr } = await expectNoKey(running)
    expect(code).not.toBe(0)
    expect(stderr).toContain('out of memory')
    const made = readdirSync(reports).filter((name) => name.startsWith('report.'))
    expect(made).toHaveLength(1)
    const report = readFileSync(path.join(reports, made[0] ?? ''), 'utf8')
    expect(JSON.parse(report)).toMatchObject({ header: { trigger: 'OOMError' } })
    for (const canary of canaries) expect(holds(report, canary), 'the report').toBe(false)
  })
})
