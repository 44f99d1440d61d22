import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const RUNTIME = new URL('../../scripts/electron-runtime.mjs', import.meta.url).href

let root: string
beforeEach(() => void (root = mkdtempSync(path.join(tmpdir(), 'parley-electron-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A checkout whose electron package has this installer (JavaScript). */
function installer(code: string): void {
  const folder = path.join(root, 'node_modules/electron')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(root, 'package.json'), '{}')
  writeFileSync(path.join(folder, 'install.js'), code)
}

const INSTALLED = `
  fs.mkdirSync(__dirname + '/dist', { recursive: true })
  fs.writeFileSync(__dirname + '/dist/electron', '')
  fs.writeFileSync(__dirname + '/path.txt', 'electron')`

interface Result {
  found?: { program?: string; reason?: string }
  said: string[]
  ms: number
}

/** Runs code of ours in a process with its own temporary folder, so that what is left behind can be counted. */
function inProcess(code: string): Promise<Result & { left: string[] }> {
  const temp = path.join(root, 'tmp')
  mkdirSync(temp, { recursive: true })
  const body = `
    const { electronProgram, download } = await import(${JSON.stringify(RUNTIME)})
    const said = []
    const startedMs = performance.now()
    const found = await (async () => { ${code} })()
    process.stdout.write(JSON.stringify({ found, said, ms: performance.now() - startedMs }))`
  const { ELECTRON_OVERRIDE_DIST_PATH: _override, ...env } = process.env
  const child = spawn(process.execPath, ['--input-type=module', '-e', body], { env: { ...env, TMPDIR: temp } })
  let out = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('close', () => {
      if (out === '') reject(new Error(errors))
      else resolve({ ...(JSON.parse(out) as Result), left: readdirSync(temp) })
    })
  })
}

const find = () => inProcess(`return electronProgram(${JSON.stringify(root)}, (line) => said.push(line))`)
const fetchWith = (stallMs: number) =>
  inProcess(`
    const reason = await download({
      command: process.execPath, args: [${JSON.stringify(path.join(root, 'node_modules/electron/install.js'))}],
      watch: [${JSON.stringify(path.join(root, 'node_modules/electron/dist'))}], stallMs: ${stallMs} })
    return { reason }`)

describe('the Electron runtime', () => {
  it('is fetched once, said in one line, and found the next time', async () => {
    installer(`const fs = require('fs'); ${INSTALLED}`)
    const program = path.join(root, 'node_modules/electron/dist/electron')
    expect(await find()).toMatchObject({ found: { program }, said: [expect.stringContaining('Fetching')], left: [] })
    expect(await find()).toMatchObject({ found: { program }, said: [] })
  })

  it('that cannot be fetched is a reason with the first line of what its installer said', async () => {
    installer("console.error('HTTPError: 403\\n  at x'); process.exit(1)")
    expect((await find()).found).toEqual({ reason: 'its download failed (HTTPError: 403)' })
  })

  it('that came incomplete is a reason', async () => {
    installer('')
    expect((await find()).found).toEqual({ reason: 'its runtime is not complete' })
  })

  it('without its package is a reason', async () => {
    writeFileSync(path.join(root, 'package.json'), '{}')
    expect((await find()).found).toEqual({ reason: 'the package electron is not installed' })
  })

  it('a download that stands still is given up and killed, and its temporary files go', async () => {
    const pid = path.join(root, 'pid')
    installer(`
      const fs = require('fs')
      fs.writeFileSync(${JSON.stringify(pid)}, String(process.pid))
      fs.writeFileSync(process.env.TMPDIR + '/part', 'x')
      process.on('SIGTERM', () => {})
      setInterval(() => {}, 1000)`)
    const { found, ms, left } = await fetchWith(800)
    expect(found).toEqual({ reason: 'its download made no progress for 0.8 s' })
    expect(ms).toBeLessThan(10_000)
    expect(left).toEqual([])
    const killed = Number(readFileSync(pid, 'utf8'))
    await expect.poll(() => existsSync(`/proc/${killed}`)).toBe(false)
  })

  it('a download that is slow but grows, in its temporary files or in dist, is waited for', async () => {
    installer(`
      const fs = require('fs')
      fs.mkdirSync(__dirname + '/dist', { recursive: true })
      let written = 0
      const timer = setInterval(() => {
        fs.appendFileSync(written % 2 ? process.env.TMPDIR + '/zip' : __dirname + '/dist/part', 'x'.repeat(1000))
        if ((written += 1) === 12) clearInterval(timer)
      }, 250)`)
    const { found, ms } = await fetchWith(1500)
    expect(found).toEqual({})
    expect(ms).toBeGreaterThan(2500)
  })
})
