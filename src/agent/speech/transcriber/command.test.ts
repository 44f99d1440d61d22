import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandTranscriber } from './command.ts'
import { findTranscriber, whisperLacksModel } from './find.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-test-transcriber-'))
})
afterAll(() => {
  rmSync(dir, { recursive: true, force: true })
})

const SAMPLES = Int16Array.from({ length: 1600 }, (_, i) => i)
const never = () => new AbortController().signal

/** A transcriber that runs `script` in Node; the WAV's path is its first argument. */
function scripted(script: string, options: { timeoutMs?: number; env?: NodeJS.ProcessEnv } = {}) {
  return commandTranscriber({
    name: 'scripted',
    program: process.execPath,
    args: (wav) => ['-e', script, wav],
    env: process.env,
    ...options
  })
}

it('hands over a private 16 kHz WAV, takes its text, and deletes it', async () => {
  const result = await scripted(`
    const fs = require('fs'), path = require('path'), file = process.argv[1], wav = fs.readFileSync(file)
    const mode = (p) => (fs.statSync(p).mode & 0o777).toString(8)
    console.log([file, wav.readUInt32LE(24), wav.readUInt16LE(22), wav.length, mode(file), mode(path.dirname(file))].join(' '))
    console.log('[BLANK_AUDIO]')
  `).transcribe(SAMPLES, never())
  const [file = '', ...facts] = (result.ok ? result.text : result.message).split(' ')
  expect(facts).toEqual(['16000', '1', '3244', '600', '700'])
  expect(existsSync(file)).toBe(false)
})

it('reports a failure, its code and its complaint as a sentence', async () => {
  const result = await scripted(`console.error('no model here'); process.exit(3)`).transcribe(SAMPLES, never())
  expect(result).toEqual({ ok: false, message: 'The transcriber scripted failed (exit code 3): no model here' })
})

it('reports a program that does not exist', async () => {
  const options = { name: 'gone', program: join(dir, 'gone'), args: () => [], env: {} }
  const result = await commandTranscriber(options).transcribe(SAMPLES, never())
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining('could not be started') })
})

it('stops one that does not answer, with what it started', async () => {
  const pidFile = join(dir, 'pid')
  const script = `
    const child = require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid))
    setTimeout(() => {}, 60000)
  `
  const result = await scripted(script, { timeoutMs: 1500 }).transcribe(SAMPLES, never())
  expect(result).toEqual({ ok: false, message: 'The transcriber scripted did not answer within 1.5 s.' })
  const alive = () => {
    try {
      process.kill(Number(readFileSync(pidFile, 'utf8')), 0)
      return !readFileSync(`/proc/${readFileSync(pidFile, 'utf8')}/stat`, 'utf8').includes(') Z ')
    } catch {
      return false
    }
  }
  for (let tries = 0; tries < 100 && alive(); tries += 1) await sleep(20)
  expect(alive()).toBe(false)
})

it('does not wait for what a program left running with its pipes', async () => {
  const script = `
    const options = { detached: true, stdio: 'inherit' }
    const child = require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 8000)'], options)
    child.unref()
  `
  const result = await scripted(script, { timeoutMs: 1000 }).transcribe(SAMPLES, never())
  expect(result).toEqual({ ok: false, message: 'The transcriber scripted did not answer within 1 s.' })
})

it('stops one that prints without end', async () => {
  const result = await scripted(`for (;;) require('fs').writeSync(1, 'x'.repeat(65536))`).transcribe(SAMPLES, never())
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining('printed more than 64 KiB') })
})

it('stops when it is aborted', async () => {
  const abort = new AbortController()
  const running = scripted(`setTimeout(() => {}, 60000)`).transcribe(SAMPLES, abort.signal)
  setTimeout(() => {
    abort.abort()
  }, 100)
  expect(await running).toEqual({ ok: false, message: 'The transcriber scripted was stopped.' })
})

it('does not hand the keys of services to the program', async () => {
  const env = {
    ...process.env,
    DEEPGRAM_API_KEY: 'k1',
    PARLEY_SECRET_X: 'k2',
    DEEPGRAM_ACCESS_TOKEN: 'k3',
    PARLEY_AGENT_KEY: 'k4',
    OTHER: 'o'
  }
  const script = `const e = process.env; console.log('keys', e.DEEPGRAM_API_KEY, e.PARLEY_SECRET_X, e.DEEPGRAM_ACCESS_TOKEN, e.PARLEY_AGENT_KEY, e.OTHER)`
  const result = await scripted(script, { env }).transcribe(SAMPLES, never())
  expect(result).toEqual({ ok: true, text: 'keys undefined undefined undefined undefined o' })
})

function program(folder: string, name: string, body: string): void {
  const path = join(dir, folder)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(path, name), 0o755)
}

it('recognises pocketsphinx and, with a model, whisper on PATH', async () => {
  program('sphinx', 'pocketsphinx_continuous', 'echo "$@"')
  program('whisper', 'whisper-cli', 'echo "$@"')
  writeFileSync(join(dir, 'ggml-test.bin'), '')
  const sphinx = join(dir, 'sphinx')
  const whisper = join(dir, 'whisper')
  expect(findTranscriber('auto', { PATH: sphinx })?.name).toBe('pocketsphinx_continuous')
  expect(findTranscriber('auto', { PATH: `${whisper}:${sphinx}` })?.name).toBe('pocketsphinx_continuous')
  const model = join(dir, 'ggml-test.bin')
  const found = findTranscriber('auto', { PATH: `${sphinx}:${whisper}`, WHISPER_MODEL: model })
  expect(found?.name).toBe('whisper-cli')
  expect(findTranscriber('auto', { PATH: join(dir, 'nothing') })).toBeNull()
  expect(findTranscriber('none', { PATH: sphinx })).toBeNull()
  expect(whisperLacksModel({ PATH: whisper })).toBe(true)
  expect(whisperLacksModel({ PATH: whisper, WHISPER_MODEL: model })).toBe(false)
  expect(whisperLacksModel({ PATH: sphinx })).toBe(false)
  const said = await findTranscriber('auto', { PATH: `${sphinx}:/bin:/usr/bin` })?.transcribe(SAMPLES, never())
  expect(said).toMatchObject({ ok: true, text: expect.stringMatching(/^-logfn \/dev\/null -infile .*turn\.wav$/) })
})

it('completes an explicit command line with the path, where it says or at its end', async () => {
  program('bin', 'echo-arguments', 'echo "$@"')
  const path = join(dir, 'bin', 'echo-arguments')
  const env = { PATH: '/bin:/usr/bin' }
  const at = await findTranscriber(`${path} -f {wav} "a b"`, env)?.transcribe(SAMPLES, never())
  expect(at).toMatchObject({ text: expect.stringMatching(/^-f .*turn\.wav a b$/) })
  const end = await findTranscriber(path, env)?.transcribe(SAMPLES, never())
  expect(end).toMatchObject({ text: expect.stringMatching(/^\S+turn\.wav$/) })
})
